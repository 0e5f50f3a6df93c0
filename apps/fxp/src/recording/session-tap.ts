import {
  decodeItem,
  direction,
  FxpBadItemError,
  keyOf,
  openEnvelope,
  PartAssembly,
  separator,
  type Envelope,
  type Role,
  type SessionName,
} from '@syncytium/fxp';
import { isJsonObject } from '../json-object.js';
import type { RecordedDeed, RecordedEvent } from './recording-line.js';

/** A command that the broker has executed. */
export interface SeenCommand {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly words: readonly Uint8Array[];
}

/** What has become of one direction. */
interface Direction {
  /** The number of the next item that was not seen. */
  nextSeq: number;
  assembly: { readonly seq: number; readonly parts: PartAssembly } | undefined;
}

/**
 * What the parties of one session say to each other, from the commands that the broker executes: every item once, in the
 * order in which the broker had them. Nothing is taken from the session.
 */
export class SessionTap {
  readonly #id: string;
  #service: string | undefined;
  #beganAt: number | undefined;
  #isOver = false;
  readonly #directions: Record<Role, Direction> = {
    requestor: { nextSeq: 1, assembly: undefined },
    provider: { nextSeq: 1, assembly: undefined },
  };
  readonly #counts: Record<Role, number> = { requestor: 0, provider: 0 };

  /** Without a service, the first session of the id. */
  constructor(id: string, service?: string) {
    this.#id = id;
    this.#service = service;
  }

  /** The session, once something was said in it. */
  get session(): SessionName | undefined {
    return this.#service === undefined || this.#beganAt === undefined
      ? undefined
      : { service: this.#service, id: this.#id };
  }

  /** When the first item was seen, in milliseconds since 1970. */
  get beganAt(): number | undefined {
    return this.#beganAt;
  }

  /** Items seen of each party. */
  get counts(): Readonly<Record<Role, number>> {
    return this.#counts;
  }

  /** Whether the session has ended; what comes then belongs to another one. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What a command says, in their order. */
  see({ at, words }: SeenCommand): RecordedEvent[] {
    const [command, ...args] = words;
    if (this.#isOver || !command || command.length > 5) return [];
    const name = Buffer.from(command).toString('latin1').toLowerCase();
    if (name === 'del') this.#onDelete(args);
    if (name !== 'lpush') return [];
    const [key, ...items] = args;
    const from = key && this.#writerOf(Buffer.from(key).toString());
    if (!from) return [];
    return items.flatMap((item) => this.#onItem(at, from, item));
  }

  /** Who writes to a list, if it is one of the session. */
  #writerOf(key: string): Role | undefined {
    const begin = `${this.#id}${separator}`;
    if (!key.startsWith(begin)) return undefined;
    const from = (['requestor', 'provider'] as const).find((role) => key.endsWith(separator + direction[role]));
    if (!from) return undefined;
    const service = key.slice(begin.length, -(separator.length + direction[from].length));
    if (service === '' || service !== (this.#service ?? service)) return undefined;
    this.#service = service;
    return from;
  }

  #onItem(at: number, from: Role, item: Uint8Array): RecordedEvent[] {
    const deed = this.#deedOf(from, item);
    if (!deed) return [];
    this.#beganAt ??= at;
    if (deed.kind === 'item') this.#counts[from]++;
    else if (from === 'provider' || deed.kind === 'error') this.#isOver = true;
    return [{ ms: Math.max(0, at - this.#beganAt), from, deed }];
  }

  #deedOf(from: Role, item: Uint8Array): RecordedDeed | undefined {
    const key = keyOf({ service: this.#service ?? '', id: this.#id }, from);
    const envelope = envelopeOf(item, key);
    if (!envelope) return { kind: 'item', bytes: item };
    const { kind, seq, payload } = envelope;
    if (kind !== 'item' && kind !== 'part' && kind !== 'end' && kind !== 'error') return undefined;
    const own = this.#directions[from];
    // After a lost connection or a new provider, items may be said again.
    if (seq < own.nextSeq) return undefined;
    if (kind === 'part') return this.#onPart(own, envelope, key);
    own.nextSeq = seq + 1;
    if (kind === 'end') return { kind: 'end' };
    return kind === 'item'
      ? { kind: 'item', bytes: payload }
      : { kind: 'error', error: decodeItem('json', payload, key) };
  }

  #onPart(own: Direction, part: Envelope, key: string): RecordedDeed | undefined {
    if (own.assembly?.seq !== part.seq) own.assembly = { seq: part.seq, parts: new PartAssembly(key, part) };
    const bytes = own.assembly.parts.add(part);
    if (!bytes) return undefined;
    own.assembly = undefined;
    own.nextSeq = part.seq + 1;
    return { kind: 'item', bytes };
  }

  /** Its lists are deleted when a session is over, and when the next one of its name begins. */
  #onDelete(keys: readonly Uint8Array[]): void {
    if (this.#beganAt === undefined) return;
    if (keys.some((key) => this.#writerOf(Buffer.from(key).toString()) !== undefined)) this.#isOver = true;
  }
}

/** The envelope of an item of an extended session; `undefined` for a plain one. */
function envelopeOf(item: Uint8Array, key: string): Envelope | undefined {
  try {
    return openEnvelope(item, key);
  } catch (error) {
    if (error instanceof FxpBadItemError) return undefined;
    throw error;
  }
}

/** What an error item says, for people. */
export function describeError(error: unknown): string {
  return isJsonObject(error) ? `${String(error['name'])}: ${String(error['message'])}` : String(error);
}
