/** Bytes that JSON is being written to. */
export interface JsonTarget {
  /** Replaced when room has to be made. */
  bytes: Buffer;
  /** Where to go on writing. */
  at: number;
  /** Makes room for `count` more bytes. */
  reserve(count: number): void;
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
