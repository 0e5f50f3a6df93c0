import { FxpBadItemError } from '../errors.js';

/**
 * What an item of an extended session is. `item` is one of the service, `part` a piece of a larger one; `end` says that
 * the writer has nothing more to say, `error` why it stopped; `claim` who serves the session. Of acknowledged sessions:
 * `sync` says what the requestor has sent and what of it has been answered, `resend` from where the provider lacks inputs.
 */
export type EnvelopeKind = 'item' | 'part' | 'end' | 'error' | 'claim' | 'sync' | 'resend';

/** What stands before the payload of every item of an extended session. */
export interface EnvelopeHeader {
  readonly kind: EnvelopeKind;
  /** The writer's count of what it says, from 1; of kinds that are not counted, see each. */
  readonly seq: number;
  /** Of a part: which one, from 1. */
  readonly index?: number | undefined;
  /** Of a part: how many there are. */
  readonly count?: number | undefined;
}

export interface Envelope extends EnvelopeHeader {
  /** A view of the item's bytes. */
  readonly payload: Uint8Array;
}

/** Longest header that is looked for, in bytes. */
const headerBytesMax = 80;
const newline = 0x0a;
const number = '(0|[1-9][0-9]{0,14})';
const headerPattern = new RegExp(
  `^fxp1 (?:(item|end|error|claim|sync|resend) ${number}|(part) ${number} ${number} ${number})$`,
);

/** The header as text: `fxp1 item 7\n`. */
export function formatHeader({ kind, seq, index, count }: EnvelopeHeader): string {
  return kind === 'part' ? `fxp1 part ${seq} ${index} ${count}\n` : `fxp1 ${kind} ${seq}\n`;
}

/** A header and its payload in bytes of their own. */
export function sealEnvelope(header: EnvelopeHeader, payload: Uint8Array): Uint8Array {
  const text = formatHeader(header);
  const bytes = Buffer.allocUnsafe(text.length + payload.length);
  bytes.write(text, 'latin1');
  bytes.set(payload, text.length);
  return bytes;
}

/** The envelope that an item of the list `key` is. Throws {@link FxpBadItemError} for anything else. */
export function openEnvelope(bytes: Uint8Array, key: string): Envelope {
  const end = newlineIn(bytes);
  const match = end === -1 ? null : headerPattern.exec(latin1(bytes, end));
  if (!match) throw new FxpBadItemError(key, 'has no header of FXP 1');
  const payload = bytes.subarray(end + 1);
  const [, kind, seq, part, partSeq, index, count] = match;
  if (part === undefined) return { kind: kind as EnvelopeKind, seq: Number(seq), payload };
  const envelope = { kind: 'part', seq: Number(partSeq), index: Number(index), count: Number(count), payload } as const;
  if (envelope.index < 1 || envelope.index > envelope.count)
    throw new FxpBadItemError(key, `is part ${envelope.index} of ${envelope.count}`);
  return envelope;
}

function newlineIn(bytes: Uint8Array): number {
  const end = Math.min(bytes.length, headerBytesMax);
  for (let at = 0; at < end; at++) if (bytes[at] === newline) return at;
  return -1;
}

function latin1(bytes: Uint8Array, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
}
