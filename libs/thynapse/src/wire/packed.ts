import { isAscii } from 'node:buffer';
import { decodeFrame, jsonValue, type Frame } from '@syncytium/codec';
import { ProtocolError } from '../errors.js';
import { Fields } from './fields.js';
import { packedItemsMax, payloadBytesMax, payloadDepthMax, thidLength } from './wire.js';

/** Between the head and the table. JSON on one line has none. */
const lineFeed = 0x0a;

const columnBytes = 4;

/** What a frame of many items says of each beside its data. */
export interface PackedTable {
  /** THIDs. */
  readonly ids: readonly string[];
  /** Further numbers below 2^32, one of each column for every item. */
  readonly columns: readonly (readonly number[])[];
}

/** One item of a frame, where its data is passed on as it came. */
export interface PackedItem {
  readonly packed: Packed;
  readonly index: number;
}

/**
 * A frame `R` of many items that have their head in common: the head as JSON, a line feed, all ids, all numbers column by
 * column, all lengths in bytes, and the data of all, which is JSON or, with length 0, absent. Only the last receiver reads it.
 *
 * @see docs/spec/thynapse.md#packed-requests
 */
export function packTexts(command: string, head: object, table: PackedTable, texts: readonly string[]): Uint8Array {
  const text = texts.join('');
  const isPlain = Buffer.byteLength(text) === text.length;
  const sizes = texts.map((one) => (isPlain ? one.length : Buffer.byteLength(one)));
  const { bytes, at } = packTable(command, head, table, sizes);
  bytes.write(text, at);
  return bytes;
}

/** The same for data that came in other such frames. */
export function packItems(command: string, head: object, table: PackedTable, items: readonly PackedItem[]): Uint8Array {
  const sizes = items.map(({ packed, index }) => packed.size(index));
  const { bytes, at } = packTable(command, head, table, sizes);
  let end = at;
  for (const { packed, index } of items) end += packed.copyTo(bytes, end, index);
  return bytes;
}

function packTable(
  command: string,
  head: object,
  { ids, columns }: PackedTable,
  sizes: readonly number[],
): { readonly bytes: Buffer; readonly at: number } {
  const headText = `R ${command} ${JSON.stringify({ ...head, count: ids.length })}\n`;
  const headBytes = Buffer.byteLength(headText);
  const tableBytes = ids.length * (thidLength + columnBytes * (columns.length + 1));
  const bytes = Buffer.allocUnsafeSlow(sizes.reduce((sum, size) => sum + size, headBytes + tableBytes));
  bytes.write(headText);
  let at = headBytes + bytes.write(ids.join(''), headBytes, 'latin1');
  for (const column of columns) for (const value of column) at = bytes.writeUInt32BE(value, at);
  for (const size of sizes) at = bytes.writeUInt32BE(size, at);
  return { bytes, at };
}

/** What {@link packTexts} and {@link packItems} make, read as far as everybody needs it. */
export class Packed {
  /** The head. */
  readonly fields: Fields;
  readonly count: number;
  readonly ids: readonly string[];
  readonly #buffer: Buffer;
  readonly #columnsAt: number;
  readonly #dataAt: number;
  /** Where the data of each item ends. */
  readonly #ends: readonly number[];
  #charset: 'latin1' | 'utf8' | undefined;

  /** `columns` is the number of columns beside the lengths. Throws `FrameError` and {@link ProtocolError} `bad_field`. */
  constructor(frame: Frame, columns: number) {
    const { bytes, payload, command } = frame;
    if (payload.length > payloadBytesMax)
      throw new ProtocolError('bad_field', `payload of ${command} must have at most ${payloadBytesMax} bytes`);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = payload.indexOf(lineFeed);
    if (end < 0) throw new ProtocolError('bad_field', `payload of ${command} has no line feed behind its head`);
    const head = Buffer.concat([Buffer.from(`J ${command} `, 'latin1'), payload.subarray(0, end)]);
    this.fields = new Fields(decodeFrame(head));
    this.count = this.fields.integer('count', 1, packedItemsMax);
    const idsAt = bytes.length - payload.length + end + 1;
    this.#columnsAt = idsAt + this.count * thidLength;
    this.#dataAt = this.#columnsAt + this.count * columnBytes * (columns + 1);
    if (bytes.length < this.#dataAt)
      throw new ProtocolError('bad_field', `payload of ${command} ends before its ${this.count} items`);
    this.ids = readIds(command, this.#buffer.toString('latin1', idsAt, this.#columnsAt));
    this.#ends = this.#readEnds(command, columns);
  }

  /** The frame. */
  get bytes(): Uint8Array {
    return this.#buffer;
  }

  /** A number of an item. */
  number(column: number, index: number): number {
    return this.#buffer.readUInt32BE(this.#columnsAt + columnBytes * (column * this.count + index));
  }

  /** How many bytes of data an item has. */
  size(index: number): number {
    return this.#endOf(index) - this.#endOf(index - 1);
  }

  /** The JSON of an item; empty where it has no data. Whether it is JSON is not looked at. */
  text(index: number): string {
    this.#charset ??= isAscii(this.#buffer.subarray(this.#dataAt)) ? 'latin1' : 'utf8';
    return this.#buffer.toString(this.#charset, this.#endOf(index - 1), this.#endOf(index));
  }

  /** The data of an item. Throws `DecodeError` where it is not JSON. */
  value(index: number): unknown {
    return valueOf(this.text(index));
  }

  /** The JSON of an item, as {@link soundText} has it. */
  soundText(index: number): string {
    return soundText(this.text(index));
  }

  /** Returns the number of bytes. */
  copyTo(target: Uint8Array, at: number, index: number): number {
    return this.#buffer.copy(target, at, this.#endOf(index - 1), this.#endOf(index));
  }

  #endOf(index: number): number {
    return this.#ends[index] ?? this.#dataAt;
  }

  #readEnds(command: string, columns: number): readonly number[] {
    const ends = new Array<number>(this.count);
    let end = this.#dataAt;
    for (let i = 0; i < ends.length; i++) ends[i] = end += this.number(columns, i);
    if (end !== this.#buffer.length)
      throw new ProtocolError('bad_field', `payload of ${command} must have the lengths of its ${this.count} items`);
    return ends;
  }
}

/** The data of an item, or nothing, for other JSON to be made of: what is no JSON becomes a text. */
export function soundText(text: string): string {
  try {
    valueOf(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

function valueOf(text: string): unknown {
  // With one level around it, which the event is.
  return text === '' ? undefined : jsonValue(text, { depthMax: payloadDepthMax - 1 });
}

function readIds(command: string, all: string): readonly string[] {
  if (!/^[0-9a-f]+$/.test(all))
    throw new ProtocolError(
      'bad_field',
      `payload of ${command} must have an id of 40 lower-case hex digits for each item`,
    );
  const ids = new Array<string>(all.length / thidLength);
  for (let i = 0; i < ids.length; i++) ids[i] = all.slice(i * thidLength, (i + 1) * thidLength);
  return ids;
}
