import { isAscii, isUtf8 } from 'node:buffer';
import { isWellFormed, json, jsonText } from '@syncytium/codec';
import { ProtocolError } from '../errors.js';
import { checkDataBytes, checkDataText } from './payload-size.js';
import { commands, payloadBytesMax, payloadDepthMax } from './wire.js';

/**
 * How a run carries the data of its events: as a JSON array; or, where each is a text or each is bytes, as it is: to
 * write and read a long text as JSON takes several times as long as to copy it.
 */
export const runForms = ['json', 'text', 'bytes'] as const;
export type RunForm = (typeof runForms)[number];

/** Data of one event, ready to go into a run with others of the same form. */
export type RunItem =
  { readonly form: 'json' | 'text'; readonly item: string } | { readonly form: 'bytes'; readonly item: Uint8Array };

const lengthBytes = 4;

/** Beyond so many characters, what a text takes in JSON has to be looked at before it is sent. */
const textLengthMax = 1_000_000;

/** Throws `EncodeError` for what neither JSON nor bytes carry, or what no transmitter takes. Bytes are not copied. */
export function runItem(data: unknown): RunItem {
  if (typeof data === 'string' && data.length <= textLengthMax && isWellFormed(data))
    return { form: 'text', item: data };
  if (data instanceof Uint8Array) {
    checkDataBytes(data);
    return { form: 'bytes', item: data };
  }
  // With one level around it, which the event is.
  const item = jsonText(data, { depthMax: payloadDepthMax - 1 });
  checkDataText(item);
  return { form: 'json', item };
}

/** A text, and behind it the data: a JSON array, or first all lengths in bytes (32 bits, big-endian) and then all items. */
export function writeRunData(head: string, form: RunForm, items: readonly RunItem['item'][]): Uint8Array {
  if (form === 'json') return Buffer.from(`${head}[${items.join(',')}]`);
  const text = form === 'text' ? items.join('') : undefined;
  const sizes = text === undefined ? items.map(({ length }) => length) : textSizes(text, items as readonly string[]);
  const headBytes = Buffer.byteLength(head);
  let at = headBytes + lengthBytes * items.length;
  const bytes = Buffer.allocUnsafeSlow(sizes.reduce((sum, size) => sum + size, at));
  bytes.write(head);
  for (const [i, size] of sizes.entries()) bytes.writeUInt32BE(size, headBytes + lengthBytes * i);
  if (text !== undefined) bytes.write(text, at);
  else {
    for (const item of items as readonly Uint8Array[]) {
      bytes.set(item, at);
      at += item.length;
    }
  }
  return bytes;
}

/** The data of so many events. Throws `DecodeError` and {@link ProtocolError}. */
export function readRunData(bytes: Uint8Array, form: RunForm, count: number): readonly unknown[] {
  if (form === 'json') return readJson(bytes, count);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = lengthBytes * count;
  const ends = itemEnds(buffer, start, count);
  const read = form === 'bytes' ? bytesBetween(buffer) : textBetween(buffer, start);
  return ends.map((end, i) => read(ends[i - 1] ?? start, end));
}

function readJson(bytes: Uint8Array, count: number): readonly unknown[] {
  const data = json.decode(bytes, { bytesMax: payloadBytesMax, depthMax: payloadDepthMax + 1 });
  if (!Array.isArray(data) || data.length !== count) throw badData(`an array of ${count} elements`);
  return data;
}

/** Where each item ends; the first begins behind all lengths. */
function itemEnds(buffer: Buffer, start: number, count: number): readonly number[] {
  const ends = new Array<number>(buffer.length < start ? 0 : count);
  let end = start;
  for (let i = 0; i < ends.length; i++) ends[i] = end += buffer.readUInt32BE(lengthBytes * i);
  if (end !== buffer.length || ends.length !== count) throw badData(`${count} lengths and as many items`);
  return ends;
}

function bytesBetween(buffer: Buffer): (from: number, to: number) => Uint8Array {
  return (from, to) => buffer.subarray(from, to);
}

function textBetween(buffer: Buffer, start: number): (from: number, to: number) => string {
  const all = buffer.subarray(start);
  if (isAscii(all)) return (from, to) => buffer.toString('latin1', from, to);
  if (!isUtf8(all)) throw badData('texts in UTF-8');
  return (from, to) => {
    // The whole is UTF-8; its parts are, too, if none begins within a character.
    if (from < to && ((buffer[from] ?? 0) & 0xc0) === 0x80) throw badData('texts in UTF-8');
    return buffer.toString('utf8', from, to);
  };
}

/** How many bytes each text takes; for one-byte characters only, that needs no look at them. */
function textSizes(text: string, items: readonly string[]): readonly number[] {
  if (Buffer.byteLength(text) === text.length) return items.map(({ length }) => length);
  return items.map((item) => Buffer.byteLength(item));
}

function badData(wanted: string): ProtocolError {
  return new ProtocolError('bad_field', `data of ${commands.run} must be ${wanted}`);
}
