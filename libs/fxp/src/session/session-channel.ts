import { AbortedError, BoundedQueue, LimitError, type Timer, type WaitOutcome } from '@syncytium/kit';
import type { BrokerCommands } from '@syncytium/transport';
import { formatHeader, sealEnvelope } from '../wire/envelope.js';
import { FxpRemoteError, FxpSessionEndedError } from '../errors.js';
import { InFlightLists } from './in-flight-lists.js';
import { Outbox } from './outbox.js';
import { partBytesMaxDefault } from '../wire/parts.js';
import { isLineLoss, PopLine, touch } from './pop-line.js';
import { peerOf } from '../wire/protocol.js';
import { decodeRemoteError, encodeRemoteError } from '../wire/remote-error.js';
import type { CallOptions, OutgoingItem, SessionCarrier, WaitOptions } from './session-carrier.js';
import type { SessionChannelOptions } from './session-channel-options.js';
import { SessionNumbers, type Arrival, type Outgoing } from './session-numbers.js';
import { SessionRecovery } from './session-recovery.js';
import type { MissingFacts, SessionState } from './session-state.js';
import type { SessionControl } from './session-terms.js';
import { SilenceWatch } from './silence-watch.js';
import { Takers } from './takers.js';
import { waitTimeoutMs } from './wait-timeout.js';
import { within } from './within.js';

/** Most items that have come and nobody has taken. */
const readyMax = 20_000;
/** How many inputs a provider pops ahead at most, unless told: nobody else could serve them. */
const prefetchDefault = 64;
/** Longest time in milliseconds an error waits for facts about the other party, and a close for its last words. */
const factsMsMax = 1000;
const lastWordsMsMax = 1000;

/** An item that has come. */
interface Ready {
  readonly seq: number;
  readonly payload: Uint8Array;
}

/**
 * Carries the items of an extended session: numbered, over a connection of its own for its pops, and survives the loss of
 * that connection where the session is acknowledged. {@link SessionNumbers} and {@link SessionState} decide; this waits.
 */
export class SessionChannel implements SessionCarrier, SessionControl {
  readonly state: SessionState;
  readonly #options: SessionChannelOptions;
  readonly #numbers: SessionNumbers;
  readonly #outbox: Outbox;
  readonly #line: PopLine;
  readonly #takers: Takers;
  readonly #recovery: SessionRecovery;
  readonly #lists: InFlightLists;
  readonly #silence: SilenceWatch;
  readonly #ready = new BoundedQueue<Ready>(readyMax);
  readonly #partBytesMax: number;
  readonly #prefetch: number;
  readonly #isAcknowledged: boolean;
  #isHeld = false;
  #hasSaidEnd = false;
  #closing: Promise<void> | undefined;

  constructor(options: SessionChannelOptions) {
    const { state, terms, broker, connection, clock, faults = {} } = options;
    const { name, role, inboxKey, outboxKey } = state;
    this.#options = options;
    this.state = state;
    this.#isAcknowledged = terms.mode === 'acknowledged';
    this.#partBytesMax = options.partBytesMax ?? partBytesMaxDefault;
    this.#prefetch = options.prefetch ?? prefetchDefault;
    this.#takers = new Takers(clock);
    this.#numbers = new SessionNumbers({
      name,
      role,
      isAcknowledged: this.#isAcknowledged,
      keepDuplicates: faults.keepDuplicates,
    });
    this.#line = new PopLine({
      broker,
      connection,
      key: inboxKey,
      holder: this.#isAcknowledged ? (role === 'provider' ? terms.claim : terms.opening) : undefined,
      expiryMs: terms.expiryMs,
      onItem: (bytes, isInFlight) => this.#onItem(bytes, isInFlight),
      onIdle: () => this.#pump(),
      onError: (error) => this.#onPopError(error),
    });
    this.#outbox = new Outbox({
      key: outboxKey,
      partBytesMax: this.#partBytesMax,
      lines: {
        line: () => (this.#line.pending === 0 ? this.#line.connection : broker),
        onWritten: (line, outgoing) => this.#onWritten(line, outgoing),
        onPushed: (items) => this.#onPushed(items),
        onRefused: (outgoing, error, isHalf) => this.#onRefused(outgoing, error, isHalf),
        isLoss: isLineLoss,
        onLoss: (error) => this.#onLoss(error),
      },
    });
    this.#lists = new InFlightLists({ broker, state, terms, line: this.#line });
    if (faults.noPutBack) this.#lists.putBack = () => Promise.resolve(0);
    this.#silence = new SilenceWatch({
      clock,
      silenceMs: terms.leaseMs,
      isAwaiting: () => !state.isEnded && this.#numbers.unansweredCount > 0,
      lastHeardAt: () => state.lastHeardAt,
      onSilence: () => void this.#lookForLost(),
    });
    this.#recovery = new SessionRecovery({
      broker,
      clock,
      terms,
      line: this.#line,
      lists: this.#lists,
    });
  }

  /** Begins: a provider says who it is, and takes over what older claims have left. */
  start(): void {
    const { terms } = this.#options;
    if (this.state.role === 'requestor') return;
    if (terms.claimRecord)
      this.#outbox.sendUncounted(sealEnvelope({ kind: 'claim', seq: 0 }, terms.claimRecord)).catch(() => undefined);
    if (this.#isAcknowledged) void this.#begin();
  }

  get mode(): 'extended' | 'acknowledged' {
    return this.#options.terms.mode;
  }

  get firstInput(): number | undefined {
    return this.state.role === 'provider' ? this.#numbers.firstSeq : undefined;
  }

  async push(item: OutgoingItem): Promise<void> {
    const outgoing = this.#seal(item);
    const hasBacklog = this.state.role === 'provider' && this.#ready.size > 0;
    const sending = this.#send(outgoing, hasBacklog);
    if (!hasBacklog || !this.#outbox.hasRoom) return sending;
    // A provider with more inputs at hand is not held up by the way of each output; should the broker refuse one, the
    // session ends.
    sending.catch((error: unknown) => this.#endWith('loss', error));
  }

  async pop(options: WaitOptions): Promise<Uint8Array | undefined> {
    const ready = this.#takeReady();
    if (ready) return ready;
    this.state.checkMayPop();
    return this.#wait(options, false);
  }

  async call(item: OutgoingItem, options: CallOptions): Promise<Uint8Array> {
    this.state.checkMayPush();
    if (options.signal?.aborted) throw new AbortedError('call', options.signal.reason);
    // The input goes before the pop of its answer, which would hold it up on their common line.
    const saying = this.#send(this.#seal(item), options.isOneOfMany);
    const ready = this.#takeReady();
    if (ready) {
      await saying;
      return ready;
    }
    const payload = await this.#wait(options, true, saying);
    if (payload) return payload;
    throw await this.timeoutError(this.timeoutMsOf(options));
  }

  timeoutMsOf({ timeout }: WaitOptions): number {
    return waitTimeoutMs(timeout, this.#options.timeoutMs);
  }

  async timeoutError(waitedMs: number): Promise<Error> {
    const facts = await this.#missingFacts();
    return this.state.timeoutError(waitedMs, this.#options.clock.now(), facts);
  }

  /** The other party and what it did, for people. */
  async describePeer(): Promise<string> {
    return this.state.describePeer(this.#options.clock.now(), await this.#missingFacts());
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    return this.#options.clock.setTimer(delayMs, fire);
  }

  async end(): Promise<void> {
    if (!this.#closing) await this.#sayEnd();
  }

  async fail(error: unknown): Promise<void> {
    if (!this.#closing) await this.#sayLast('error', encodeRemoteError(error, this.#options.exposeStacks ?? false));
  }

  lose(cause: unknown): void {
    this.#endWith('loss', cause);
  }

  resume(): void {
    if (this.state.isEnded || !this.#isAcknowledged) return;
    this.#sync();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { terms, onClose } = this.#options;
    onClose();
    // Nobody gets anything any more, while this party may still have to say that it ends.
    this.#takers.failAll(new FxpSessionEndedError(this.state.name));
    if (!this.state.isEnded && !this.#handsOver) await within(this.#options.clock, lastWordsMsMax, this.#sayEnd());
    this.#endWith('close', undefined);
    this.#ready.clear();
    await this.#line.close();
    await terms.leave(() => this.#lists.delete());
  }

  /** Whether a provider that closes leaves an acknowledged session to another one, which its requestor looks for. */
  get #handsOver(): boolean {
    const isDone = this.state.phase === 'draining' && !this.#numbers.hasUnanswered;
    return this.#isAcknowledged && this.state.role === 'provider' && !isDone;
  }

  #sayEnd(): Promise<void> {
    return this.#sayLast('end', new Uint8Array(0));
  }

  #send(outgoing: Outgoing, isOneOfMany = false): Promise<void> {
    this.#numbers.said(outgoing);
    // Inputs of an acknowledged session that the requestor has said.
    if (this.#numbers.unansweredCount > 0) this.#silence.begin();
    const sending = this.#outbox.send(outgoing, isOneOfMany);
    this.#popAhead();
    return sending;
  }

  /** The next item this party says, with its number. */
  #seal(item: OutgoingItem): Outgoing {
    this.state.checkMayPush();
    const kind = 'item';
    const seq = this.#numbers.nextSeq(kind);
    if (item.isBytes) {
      const payload = item.encode('');
      if (payload.length > this.#partBytesMax) return { kind, seq, bytes: payload, isInParts: true };
      return { kind, seq, bytes: sealEnvelope({ kind, seq }, payload), isInParts: false };
    }
    const header = formatHeader({ kind, seq });
    const bytes = item.encode(header);
    const isInParts = bytes.length - header.length > this.#partBytesMax;
    return { kind, seq, bytes: isInParts ? bytes.subarray(header.length) : bytes, isInParts };
  }

  async #sayLast(kind: 'end' | 'error', payload: Uint8Array): Promise<void> {
    if (this.state.isEnded || this.#hasSaidEnd) return;
    this.#hasSaidEnd = true;
    const seq = this.#numbers.nextSeq(kind);
    const bytes = sealEnvelope({ kind, seq }, payload);
    const sending = this.#send({ kind, seq, bytes, isInParts: false });
    if (this.state.role === 'requestor') this.state.on('requestorEnd');
    await sending;
    if (this.state.role === 'provider') this.#endWith('providerEnd', undefined);
  }

  #takeReady(): Uint8Array | undefined {
    if (this.#takers.waiting > 0) return undefined;
    const ready = this.#ready.shift();
    if (!ready) return undefined;
    this.#numbers.taken(ready.seq);
    this.#pump();
    return ready.payload;
  }

  /** Waits for the next item, where everybody can see it. */
  async #wait(options: WaitOptions, isCall: boolean, saying?: Promise<void>): Promise<Uint8Array | undefined> {
    const timeoutMs = this.timeoutMsOf(options);
    const until = timeoutMs === 0 ? Infinity : this.#options.clock.now() + timeoutMs;
    const wait = this.#options.waits.open(this.state.subject, until);
    let outcome: WaitOutcome = 'failed';
    try {
      const taking = this.#takers.take({ isCall, timeoutMs, signal: options.signal });
      saying?.catch((error: unknown) => taking.fail(error));
      this.#pump();
      const payload = await taking.payload;
      outcome = payload === undefined ? 'timeout' : 'done';
      return payload;
    } catch (error) {
      if (error instanceof AbortedError || this.state.isEnded || this.#closing) outcome = 'cancelled';
      throw error;
    } finally {
      wait.close(outcome);
    }
  }

  /** Has a pop waiting while items are wanted. */
  #pump(): void {
    if (this.#line.pending > 0 || this.#isHeld || this.state.isEnded || this.#closing) return;
    // An item in parts wants the line for itself.
    if (this.#outbox.isSendingParts) return;
    const wanted = this.state.role === 'requestor' ? this.#takers.waiting : this.#wantedAhead();
    if (wanted > 0) this.#line.pop(Math.min(wanted, this.#line.batchSize));
  }

  /** How many inputs a provider asks for when its service function waits for one. */
  #wantedAhead(): number {
    return this.#takers.waiting > 0 ? Math.max(this.#takers.waiting, this.#prefetch) : 0;
  }

  /** A provider's next pop travels with its answer, before the service function asks for it. */
  #popAhead(): void {
    if (this.state.role === 'requestor' || this.#line.pending > 0 || this.#isHeld || this.#hasSaidEnd) return;
    if (this.#outbox.isSendingParts || this.#closing || this.state.isEnded || this.state.phase === 'draining') return;
    const count = Math.min(this.#prefetch, this.#line.batchSize);
    if (this.#ready.size <= count / 2 - 1 || this.#ready.size === 0) this.#line.pop(count);
  }

  #onItem(bytes: Uint8Array, isInFlight: boolean): void {
    if (this.state.isEnded) return;
    let arrivals: Arrival[];
    try {
      arrivals = this.#numbers.receive(bytes, isInFlight);
    } catch (error) {
      if (!this.#takers.refuse(error)) this.#endWith('loss', error);
      return;
    }
    this.state.onHeard(this.#options.clock.now());
    this.#options.terms.onHeard?.();
    for (const arrival of arrivals) this.#onArrival(arrival);
  }

  #onArrival(arrival: Arrival): void {
    switch (arrival.kind) {
      case 'item':
        this.#onCounted(arrival);
        break;
      case 'end':
        this.#onLast(undefined);
        break;
      case 'error':
        this.#onLast(this.#remoteError(arrival.payload));
        break;
      case 'claim':
        this.state.on('claim');
        this.#options.terms.onClaim?.(arrival.payload);
        break;
      case 'gap':
        void this.#onGap(arrival.from);
        break;
      case 'resend':
        this.#resend(arrival.from);
    }
  }

  #remoteError(payload: Uint8Array): FxpRemoteError {
    const { name, role, inboxKey } = this.state;
    return new FxpRemoteError(name, decodeRemoteError(payload, inboxKey), peerOf(role));
  }

  #onCounted({ seq, payload }: Ready): void {
    this.state.onPopped(this.#options.clock.now());
    const given = this.#ready.size > 0 ? undefined : this.#takers.give(payload);
    if (given) this.#numbers.taken(seq);
    else if (!this.#ready.push({ seq, payload }))
      this.#endWith('loss', new LimitError('items of a session that nobody takes', readyMax, 'items'));
  }

  /** The other party has said its last. */
  #onLast(error: FxpRemoteError | undefined): void {
    if (this.state.role === 'requestor') this.#endWith('providerEnd', error);
    else {
      this.state.on('requestorEnd', error);
      this.#takers.failAll(this.state.endError);
    }
  }

  #onPushed(items: number): void {
    this.state.onPushed(items);
    // Pops make way for an item in parts.
    this.#pump();
  }

  /** What belongs behind a push, in the same write. */
  #onWritten(line: BrokerCommands, outgoing: readonly Outgoing[]): void {
    const { expiryMs } = this.#options.terms;
    touch(line, this.state.outboxKey, expiryMs);
    this.#numbers.sent(outgoing);
    const { inFlightKey: key, connection } = this.#line;
    if (key === undefined || this.#isHeld) return;
    const count = this.#numbers.takeTrimmable();
    if (count === 0) return;
    // The oldest are at the tail.
    line.ltrim(key, 0, -count - 1).catch((error: unknown) => {
      if (isLineLoss(error) && connection === this.#line.connection) this.#onLoss(error);
    });
  }

  #onRefused(outgoing: readonly Outgoing[], error: unknown, isHalf: boolean): void {
    this.#numbers.unsaid(outgoing);
    // Half of an item is there, whose number nothing else can take.
    if (isHalf) this.#endWith('loss', error);
  }

  #onPopError(error: unknown): void {
    if (isLineLoss(error)) this.#onLoss(error);
    else if (!this.#takers.refuse(error)) this.#endWith('loss', error);
  }

  /** A line to the broker was lost. */
  #onLoss(error: unknown): void {
    if (this.state.isEnded || this.#closing) return;
    if (!this.#isAcknowledged) {
      this.#endWith('loss', `${messageOf(error)}; what was on its way may be lost`);
      return;
    }
    if (this.#isHeld) return;
    this.#hold();
    void this.#recover(error);
  }

  async #recover(cause: unknown): Promise<void> {
    const failure = await this.#recovery.run(cause);
    if (this.state.isEnded || this.#closing) return;
    if (failure !== undefined) this.#endWith('loss', failure);
    else this.#release();
  }

  async #begin(): Promise<void> {
    this.#hold();
    try {
      await this.#lists.enlist();
      await this.#lists.putBack();
      this.#release();
    } catch (error) {
      if (isLineLoss(error)) await this.#recover(error);
      else this.#endWith('loss', error);
    }
  }

  #hold(): void {
    this.#isHeld = true;
    this.#outbox.hold();
  }

  #release(): void {
    this.#isHeld = false;
    this.#numbers.onReopened();
    this.#outbox.resume();
    this.#pump();
  }

  /** Items are missing: somebody may have them in flight; or else they must be said again. */
  async #onGap(from: number): Promise<void> {
    try {
      const count = await this.#lists.putBack();
      if (count > 0 || this.state.role === 'requestor' || this.#options.faults?.noResend) return;
      this.#outbox.sendUncounted(sealEnvelope({ kind: 'resend', seq: from }, new Uint8Array(0))).catch(() => undefined);
    } catch (error) {
      if (isLineLoss(error)) this.#onLoss(error);
    }
  }

  #resend(from: number): void {
    this.#outbox.resend(this.#numbers.unansweredFrom(from));
    this.#sync();
  }

  /** Says what was said so far, and what of it is answered, so that the provider finds what it lacks. */
  #sync(): void {
    const { saidSeq, firstUnanswered } = this.#numbers;
    this.#outbox
      .sendUncounted(sealEnvelope({ kind: 'sync', seq: saidSeq }, Buffer.from(`${firstUnanswered}`)))
      .catch(() => undefined);
  }

  /** No answer has come for long: looks whether inputs or answers have been lost. */
  async #lookForLost(): Promise<void> {
    if (this.#isHeld || !this.#outbox.isIdle || this.#options.faults?.noResend) return;
    try {
      await this.#lists.putBack();
      if ((await this.#options.broker.llen(this.state.outboxKey)) === 0) this.#sync();
    } catch (error) {
      if (isLineLoss(error)) this.#onLoss(error);
    }
  }

  async #missingFacts(): Promise<MissingFacts> {
    const { terms, broker } = this.#options;
    const asking = Promise.all([terms.describePeer(), broker.llen(this.state.outboxKey).catch(() => undefined)]);
    const [peer, unpopped] = (await within(this.#options.clock, factsMsMax, asking)) ?? [];
    return { peer, unpopped };
  }

  #endWith(event: 'close' | 'loss' | 'providerEnd', cause: unknown): void {
    const wasEnded = this.state.isEnded;
    this.state.on(event, cause);
    if (wasEnded && event !== 'close') return;
    this.#silence.stop();
    this.#recovery.stop();
    this.#takers.failAll(this.state.endError);
    this.#outbox.close(this.state.endError);
    if (event === 'loss') this.#line.close().catch(() => undefined);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
