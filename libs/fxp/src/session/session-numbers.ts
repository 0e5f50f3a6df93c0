import { LimitError } from '@syncytium/kit';
import { openEnvelope, type Envelope } from '../wire/envelope.js';
import { FxpBadItemError, FxpUnaskedAnswerError } from '../errors.js';
import { InFlight } from './in-flight.js';
import { Ordering } from './ordering.js';
import { PartAssembly } from '../wire/parts.js';
import { keyOf, peerOf, type Role, type SessionName } from '../wire/protocol.js';

/** So many answers, or bytes of them, a requestor gathers in its in-flight list before it trims that. */
const trimItems = 64;
const trimBytes = 64 * 1024;
/** Most inputs that are kept for being sent again. */
const unansweredMax = 10_000;

/** Something this party says, under its number. */
export interface Outgoing {
  readonly kind: 'item' | 'end' | 'error';
  readonly seq: number;
  /** Header and payload; of an item that travels in parts, the payload alone. */
  readonly bytes: Uint8Array;
  readonly isInParts: boolean;
}

/** What comes of an item that was popped: in their order, once each. */
export type Arrival =
  | { readonly kind: 'item'; readonly seq: number; readonly payload: Uint8Array }
  | { readonly kind: 'end' | 'error'; readonly seq: number; readonly payload: Uint8Array }
  | { readonly kind: 'claim'; readonly payload: Uint8Array }
  /** At the provider: inputs are missing from this number on. `isSure`: the requestor has said that it sent them. */
  | { readonly kind: 'gap'; readonly from: number; readonly isSure: boolean }
  /** At the requestor: the provider lacks inputs from this number on. */
  | { readonly kind: 'resend'; readonly from: number };

export interface SessionNumbersOptions {
  readonly name: SessionName;
  readonly role: Role;
  readonly isAcknowledged: boolean;
  /** Lets everything through that was seen before; for a test that wants to see that it is noticed. */
  readonly keepDuplicates?: boolean | undefined;
}

interface Counted {
  readonly kind: 'item' | 'end' | 'error';
  readonly payload: Uint8Array;
}

/**
 * The numbers of an extended session, at one party, without broker or clock. Each party counts what it says from 1, so
 * that the other one recognises what comes twice and finds what is missing. In an acknowledged session output n answers
 * input n; the requestor keeps inputs until they are answered, and the provider those it has moved into its in-flight list.
 */
export class SessionNumbers {
  readonly #name: SessionName;
  readonly #role: Role;
  readonly #isAcknowledged: boolean;
  readonly #keepDuplicates: boolean;
  readonly #key: string;
  readonly #ordering = new Ordering<Counted>();
  readonly #assemblies = new Map<number, PartAssembly>();
  readonly #inFlight = new InFlight();
  /** At the requestor of an acknowledged session: what has been said and not answered, by number. */
  readonly #unanswered = new Map<number, Outgoing>();
  /** At the provider of an acknowledged session: inputs in order that it has not answered. */
  #asked: number[] = [];
  /** What has come since the in-flight list was trimmed. */
  #inFlightBytes = 0;
  #takenSeq = 0;
  #saidSeq = 0;
  #answeredSeq = 0;
  #gapToldAt = 0;
  #firstSeq: number | undefined;

  constructor({ name, role, isAcknowledged, keepDuplicates = false }: SessionNumbersOptions) {
    this.#name = name;
    this.#role = role;
    this.#isAcknowledged = isAcknowledged;
    this.#keepDuplicates = keepDuplicates;
    this.#key = keyOf(name, peerOf(role));
  }

  /** The number of the first item that came. */
  get firstSeq(): number | undefined {
    return this.#firstSeq;
  }

  /** The last number this party has said. */
  get saidSeq(): number {
    return this.#saidSeq;
  }

  /** At the provider of an acknowledged session: whether it was given inputs that it has not answered. */
  get hasUnanswered(): boolean {
    return this.#asked.length > 0;
  }

  /** At the requestor of an acknowledged session: how many inputs are without an answer. */
  get unansweredCount(): number {
    return this.#unanswered.size;
  }

  /** The number of the first input without an answer; the next one to be said where all are answered. */
  get firstUnanswered(): number {
    for (const seq of this.#unanswered.keys()) return seq;
    return this.#saidSeq + 1;
  }

  /** Inputs from `seq` on that were said and not answered, in order. */
  unansweredFrom(seq: number): Outgoing[] {
    return [...this.#unanswered.values()].filter((outgoing) => outgoing.seq >= seq);
  }

  /**
   * The number of what this party says next, which {@link said} makes its own. Throws {@link FxpUnaskedAnswerError} for an
   * output in an acknowledged session without an input that it answers, `LimitError` for too many inputs without an answer.
   */
  nextSeq(kind: Outgoing['kind']): number {
    if (!this.#isAcknowledged) return this.#saidSeq + 1;
    if (this.#role === 'requestor') {
      if (this.#unanswered.size >= unansweredMax)
        throw new LimitError('unanswered inputs of a session', unansweredMax, 'inputs');
      return this.#saidSeq + 1;
    }
    const asked = this.#asked[0];
    if (kind === 'item' && (asked === undefined || asked > this.#takenSeq))
      throw new FxpUnaskedAnswerError(this.#name, this.#saidSeq);
    return asked ?? this.#ordering.next;
  }

  said(outgoing: Outgoing): void {
    this.#saidSeq = outgoing.seq;
    if (!this.#isAcknowledged) return;
    if (this.#role === 'requestor') this.#unanswered.set(outgoing.seq, outgoing);
    else if (this.#asked[0] === outgoing.seq) this.#asked.shift();
  }

  /** The broker refused it, and everything that was said after it: their numbers are free again. */
  unsaid(outgoing: readonly Outgoing[]): void {
    for (const { seq } of outgoing) this.#unanswered.delete(seq);
    const first = outgoing[0];
    if (first === undefined) return;
    if (this.#isAcknowledged && this.#role === 'provider')
      this.#asked = [...outgoing.filter(({ kind }) => kind === 'item').map(({ seq }) => seq), ...this.#asked];
    this.#saidSeq = first.seq - 1;
  }

  /** It is on its way to the broker: at the provider, the input is answered. */
  sent(outgoing: readonly Outgoing[]): void {
    for (const { seq } of outgoing) this.#answeredSeq = Math.max(this.#answeredSeq, seq);
  }

  /** The service function was given this input. */
  taken(seq: number): void {
    this.#takenSeq = Math.max(this.#takenSeq, seq);
  }

  /**
   * How many of the oldest entries of the in-flight list are to be trimmed. At the provider those of answered inputs, at
   * once: nobody is to serve them again. At the requestor all that have come, many together: an answer that comes twice is
   * recognised.
   */
  takeTrimmable(): number {
    if (this.#role === 'provider') return this.#inFlight.answered(this.#answeredSeq);
    if (this.#inFlight.size < trimItems && this.#inFlightBytes < trimBytes) return 0;
    this.#inFlightBytes = 0;
    return this.#inFlight.answered(Infinity);
  }

  /** The connection was lost; what it had moved into its in-flight list is put back. */
  onReopened(): void {
    this.#inFlight.clear();
    this.#inFlightBytes = 0;
    this.#gapToldAt = 0;
  }

  /**
   * What comes of an item that was popped; `isInFlight` where it was moved into the in-flight list of this connection.
   * Throws {@link FxpBadItemError}.
   */
  receive(bytes: Uint8Array, isInFlight: boolean): Arrival[] {
    if (isInFlight) this.#inFlightBytes += bytes.length;
    let envelope: Envelope;
    try {
      envelope = openEnvelope(bytes, this.#key);
    } catch (error) {
      if (isInFlight) this.#inFlight.popped(0);
      throw error;
    }
    const { kind, seq, payload } = envelope;
    const isCounted = kind === 'item' || kind === 'part' || kind === 'end' || kind === 'error';
    if (isInFlight) this.#inFlight.popped(isCounted ? seq : 0);
    if (isCounted) return this.#receiveCounted(envelope, kind);
    if (kind === 'claim') return [{ kind, payload }];
    if (kind === 'resend') return this.#role === 'requestor' ? [{ kind, from: seq }] : this.#refuse(kind);
    return this.#role === 'provider' ? this.#onSync(seq, payload) : this.#refuse(kind);
  }

  #receiveCounted(envelope: Envelope, kind: 'item' | 'part' | 'end' | 'error'): Arrival[] {
    const { seq } = envelope;
    if (seq === 0) throw new FxpBadItemError(this.#key, 'has the number 0');
    if (this.#ordering.isSeen(seq)) return this.#keepDuplicates ? [this.#duplicate(envelope)] : [];
    const payload = kind === 'part' ? this.#assemble(envelope) : envelope.payload;
    if (!payload) return [];
    this.#unanswered.delete(seq);
    this.#ordering.accept(seq, { kind: kind === 'part' ? 'item' : kind, payload });
    return this.#inOrder();
  }

  #duplicate({ seq, payload }: Envelope): Arrival {
    return { kind: 'item', seq, payload };
  }

  #assemble(envelope: Envelope): Uint8Array | undefined {
    const { seq } = envelope;
    const assembly = this.#assemblies.get(seq) ?? new PartAssembly(this.#key, envelope);
    this.#assemblies.set(seq, assembly);
    const payload = assembly.add(envelope);
    if (payload) this.#assemblies.delete(seq);
    return payload;
  }

  #inOrder(): Arrival[] {
    const arrivals: Arrival[] = [];
    for (let next = this.#ordering.take(); next; next = this.#ordering.take()) {
      this.#firstSeq ??= next.seq;
      if (this.#isAcknowledged && this.#role === 'provider' && next.item.kind === 'item') this.#asked.push(next.seq);
      arrivals.push({ ...next.item, seq: next.seq });
    }
    const { next } = this.#ordering;
    if (this.#isAcknowledged && this.#ordering.hasGap && this.#gapToldAt !== next) {
      this.#gapToldAt = next;
      arrivals.push({ kind: 'gap', from: next, isSure: false });
    }
    return arrivals;
  }

  /** The requestor has said everything up to `said`, and needs no answers before the payload's number. */
  #onSync(said: number, payload: Uint8Array): Arrival[] {
    const first = Number(Buffer.from(payload).toString('latin1'));
    if (!Number.isSafeInteger(first) || first < 1) return this.#refuse('sync');
    this.#ordering.skipTo(first);
    for (const seq of this.#assemblies.keys()) if (seq < first) this.#assemblies.delete(seq);
    const arrivals = this.#inOrder().filter(({ kind }) => kind !== 'gap');
    const { next } = this.#ordering;
    if (said < next) return arrivals;
    this.#gapToldAt = next;
    return [...arrivals, { kind: 'gap', from: next, isSure: true }];
  }

  #refuse(kind: string): never {
    throw new FxpBadItemError(this.#key, `is of the kind ${kind}, which the ${peerOf(this.#role)} does not say`);
  }
}
