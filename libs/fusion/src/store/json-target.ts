/** Bytes that JSON is being written to. */
export interface JsonTarget {
  /** Replaced when room has to be made. */
  bytes: Buffer;
  /** The same bytes, which take four at a time so. */
  view: DataView;
  /** Where to go on writing. */
  at: number;
  /** Makes room for `count` more bytes. */
  reserve(count: number): void;
}

/** The view of bytes that a target has beside them. */
export function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** A few bytes that are written again and again. */
export interface JsonPiece {
  readonly words: Int32Array;
  readonly byteLength: number;
}

/** Words of text may be written with so many bytes that do not belong to it, for which there has to be room. */
export const wordSlack = 3;

export function makePiece(text: string): JsonPiece {
  const bytes = Buffer.from(text);
  const words = new Int32Array((bytes.length + wordSlack) >>> 2);
  bytes.copy(new Uint8Array(words.buffer));
  return { words, byteLength: bytes.length };
}

export function writePiece(target: JsonTarget, { words, byteLength }: JsonPiece): void {
  target.reserve(byteLength + wordSlack);
  writeWords(target, words, 0, byteLength);
}

/** Writes bytes that stand in words from one on; there has to be room for {@link wordSlack} bytes more. */
export function writeWords(target: JsonTarget, words: Int32Array, from: number, byteLength: number): void {
  const { view, at } = target;
  const end = at + byteLength;
  for (let to = at, word = from; to < end; to += 4, word++) view.setInt32(to, words[word] as number, true);
  target.at = end;
}

/** Writes a text of ASCII characters. */
export function writeAscii(target: JsonTarget, text: string): void {
  target.reserve(text.length);
  target.at += target.bytes.write(text, target.at, 'latin1');
}

/** Writes one byte, for which there has to be room. */
export function writeByte(target: JsonTarget, byte: number): void {
  target.bytes[target.at++] = byte;
}

/** Most bytes of an integer that {@link writeInteger} takes. */
export const integerBytesMax = 11;

/** Writes an integer of 32 bits with its sign, for which there has to be room. */
export function writeInteger(target: JsonTarget, value: number): void {
  let rest = value;
  if (value < 0) {
    writeByte(target, 0x2d);
    rest = -value;
  }
  let length = 1;
  for (let power = 10; power <= rest; power *= 10) length++;
  const { bytes } = target;
  for (let at = target.at + length - 1; at >= target.at; at--) {
    const tens = (rest / 10) >>> 0;
    bytes[at] = 0x30 + rest - tens * 10;
    rest = tens;
  }
  target.at += length;
}
