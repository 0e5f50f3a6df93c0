import type { JsonObject, Role, SessionName } from '@syncytium/fxp';
import { BadLineError } from '../errors.js';
import { isJsonObject, parseJsonObject } from '../json-object.js';

/** The version of the file that is written. */
const version = 1;

/** What a recording is of: its first line. */
export interface RecordingHeader extends SessionName {
  /** The beginning, ISO 8601 in UTC. */
  readonly at: string;
}

/** What a party did: said an item, that it ends, or why it stops. */
export type RecordedDeed =
  | { readonly kind: 'item'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: JsonObject };

/** One deed of a session: any line but the first. */
export interface RecordedEvent {
  /** Milliseconds since the beginning. */
  readonly ms: number;
  readonly from: Role;
  readonly deed: RecordedDeed;
}

export function formatHeader({ service, id, at }: RecordingHeader): string {
  return JSON.stringify({ recording: 'fxp', version, service, session: id, at });
}

/** JSON as it was sent, number by number, and any other bytes as base64. */
export function formatEvent({ ms, from, deed }: RecordedEvent): string {
  const begin = `{"ms":${Number(ms.toFixed(3))},"from":"${from}"`;
  if (deed.kind === 'end') return `${begin},"end":true}`;
  if (deed.kind === 'error') return `${begin},"error":${JSON.stringify(deed.error)}}`;
  const text = jsonTextOf(deed.bytes);
  if (text === undefined) return `${begin},"base64":"${Buffer.from(deed.bytes).toString('base64')}"}`;
  return `${begin},"item":${text}}`;
}

/** What the first line of a file says. Throws {@link BadLineError}. */
export function parseHeader(line: string, file: string): RecordingHeader {
  const header = parseJsonObject(line);
  const { recording, version: itsVersion, service, session, at } = header ?? {};
  if (recording !== 'fxp') throw new BadLineError(file, 1, 'is not the first line of a recording of fxp');
  if (itsVersion !== version) throw new BadLineError(file, 1, `is of version ${String(itsVersion)}, not ${version}`);
  if (typeof service !== 'string' || typeof session !== 'string' || typeof at !== 'string')
    throw new BadLineError(file, 1, 'lacks service, session or at');
  return { service, id: session, at };
}

/** What a line behind the first says. Throws {@link BadLineError}. */
export function parseEvent(line: string, number: number, file: string): RecordedEvent {
  const refuse = (problem: string): never => {
    throw new BadLineError(file, number, problem);
  };
  const event = parseJsonObject(line) ?? refuse('is no JSON object');
  const { ms, from } = event;
  if (typeof ms !== 'number' || !(ms >= 0)) return refuse('has no time in ms');
  if (from !== 'requestor' && from !== 'provider') return refuse('is from nobody: from must be requestor or provider');
  return { ms, from, deed: readDeed(event, line) ?? refuse('has neither item, base64, error nor end') };
}

function readDeed(event: JsonObject, line: string): RecordedDeed | undefined {
  const { item, base64, error, end } = event;
  if (isJsonObject(item)) {
    // As it was sent, where nobody has written the line anew.
    const text = /^\{"ms":[\d.e+-]+,"from":"(?:requestor|provider)","item":(.*)\}$/.exec(line)?.[1];
    return { kind: 'item', bytes: Buffer.from(text ?? JSON.stringify(item)) };
  }
  if (typeof base64 === 'string') return { kind: 'item', bytes: Buffer.from(base64, 'base64') };
  if (isJsonObject(error)) return { kind: 'error', error };
  return end === true ? { kind: 'end' } : undefined;
}

/** The text of a JSON object, in one line; `undefined` for other bytes. */
function jsonTextOf(bytes: Uint8Array): string | undefined {
  // Most bytes that are none begin otherwise.
  if (bytes.find((byte) => !isJsonSpace(byte)) !== 0x7b) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    // Between its parts, JSON may have line breaks; in its texts they are escaped.
    return text.replace(/[\r\n]/g, ' ').trim();
  } catch {
    return undefined;
  }
}

function isJsonSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
