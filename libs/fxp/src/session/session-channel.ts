import { AbortedError, type SyncytiumError, type Timer } from '@syncytium/kit';
import { FxpRemoteError, FxpSessionEndedError } from '../errors.js';
import { peerOf } from '../wire/protocol.js';
import { decodeRemoteError, encodeRemoteError } from '../wire/remote-error.js';
import { touch } from './key-expiry.js';
import type { CallOptions, OutgoingItem, SessionCarrier, WaitOptions } from './session-carrier.js';
import type { SessionChannelOptions } from './session-channel-options.js';
import { SessionGuard } from './session-guard.js';
import { SessionNumbers } from './session-numbers.js';
import { SessionReceiver, type Word } from './session-receiver.js';
import { SessionSender } from './session-sender.js';
import type { MissingFacts, SessionState } from './session-state.js';
import type { SessionControl } from './session-terms.js';
import { waitTimeoutMs } from './wait-timeout.js';
import { within } from './within.js';

/** Longest time in milliseconds an error waits for facts about the other party, and a close for its last words. */
const factsMsMax = 1000;
const lastWordsMsMax = 1000;

/**
 * Carries the items of an extended session: numbered, over a connection of its own for its pops, and survives the loss of
 * that connection where the session is acknowledged. {@link SessionNumbers} and {@link SessionState} decide;
 * {@link SessionSender} says, {@link SessionReceiver} waits, {@link SessionGuard} finds again what was lost.
 */
export class SessionChannel implements SessionCarrier, SessionControl {
  readonly state: SessionState;
  readonly #options: SessionChannelOptions;
  readonly #numbers: SessionNumbers;
  readonly #receiver: SessionReceiver;
  readonly #sender: SessionSender;
  readonly #guard: SessionGuard;
  #closing: Promise<void> | undefined;

  constructor(options: SessionChannelOptions) {
    const { state, terms, faults } = options;
    const { name, role } = state;
    this.#options = options;
    this.state = state;
    const isAcknowledged = terms.mode === 'acknowledged';
    const numbers = new SessionNumbers({ name, role, isAcknowledged, keepDuplicates: faults?.keepDuplicates });
    const isOver = (): boolean => state.isEnded || this.#closing !== undefined;
    const onLineLoss = (error: SyncytiumError): void => this.#guard.onLineLoss(error);
    const onFailure = (error: unknown): void => this.#endWith('loss', error);
    const receiver = new SessionReceiver({
      ...options,
      numbers,
      isOver,
      mayPop: () => !isOver() && !this.#sender.isSendingParts,
      onWord: (word) => this.#onWord(word),
      onLineLoss,
      onFailure,
    });
    const sender = new SessionSender({
      ...options,
      numbers,
      receiver,
      onSaid: () => this.#onSaid(),
      onLineLoss,
      onFailure,
    });
    this.#numbers = numbers;
    this.#receiver = receiver;
    this.#sender = sender;
    this.#guard = new SessionGuard({ ...options, numbers, receiver, sender, isOver, onFailure });
  }

  /** Begins: a provider says who it is, and takes over what older claims have left. */
  start(): void {
    const { terms } = this.#options;
    if (this.state.role === 'requestor') return;
    if (terms.claimRecord) this.#sender.tell({ kind: 'claim', seq: 0 }, terms.claimRecord);
    if (terms.mode === 'acknowledged') void this.#guard.begin();
  }

  get mode(): 'extended' | 'acknowledged' {
    return this.#options.terms.mode;
  }

  get firstInput(): number | undefined {
    return this.state.role === 'provider' ? this.#numbers.firstSeq : undefined;
  }

  async push(item: OutgoingItem): Promise<void> {
    const outgoing = this.#sender.seal(item);
    const hasBacklog = this.state.role === 'provider' && this.#receiver.hasBacklog;
    const sending = this.#sender.send(outgoing, hasBacklog);
    if (!hasBacklog || !this.#sender.hasRoom) return sending;
    // A provider with more inputs at hand is not held up by the way of each output; should the broker refuse one, the
    // session ends.
    sending.catch((error: unknown) => this.#endWith('loss', error));
  }

  async pop(options: WaitOptions): Promise<Uint8Array | undefined> {
    const ready = this.#receiver.takeReady();
    if (ready) return ready;
    this.state.checkMayPop();
    const { signal } = options;
    return this.#receiver.receive({ isCall: false, timeoutMs: this.timeoutMsOf(options), signal });
  }

  async call(item: OutgoingItem, options: CallOptions): Promise<Uint8Array> {
    this.state.checkMayPush();
    const { signal, isOneOfMany } = options;
    if (signal?.aborted) throw new AbortedError('call', signal.reason);
    const timeoutMs = this.timeoutMsOf(options);
    const outgoing = this.#sender.seal(item);
    const say = (): Promise<void> => this.#sender.send(outgoing, isOneOfMany);
    const ready = this.#receiver.takeReady();
    if (ready) {
      await say();
      return ready;
    }
    const payload = await this.#receiver.receive({ isCall: true, timeoutMs, signal, say });
    if (payload) return payload;
    throw await this.timeoutError(timeoutMs);
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
    if (!this.#closing) await this.#sayLast('end');
  }

  async fail(error: unknown): Promise<void> {
    if (!this.#closing) await this.#sayLast('error', encodeRemoteError(error, this.#options.exposeStacks ?? false));
  }

  lose(cause: unknown): void {
    this.#endWith('loss', cause);
  }

  resume(): void {
    if (!this.state.isEnded && this.mode === 'acknowledged') this.#sender.sync();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { terms, broker, onClose } = this.#options;
    onClose();
    // Nobody gets anything any more, while this party may still have to say that it ends.
    this.#receiver.failAll(new FxpSessionEndedError(this.state.name));
    if (!this.state.isEnded && !this.#handsOver)
      await within(this.#options.clock, lastWordsMsMax, this.#sayLast('end'));
    this.#endWith('close', undefined);
    await this.#receiver.close();
    // The other party may have died before it gave its list an expiry.
    touch(broker, this.state.inboxKey, terms.expiryMs);
    await terms.leave(() => this.#guard.deleteLists());
  }

  /** Whether a provider that closes leaves an acknowledged session to another one, which its requestor looks for. */
  get #handsOver(): boolean {
    const isDone = this.state.phase === 'draining' && !this.#numbers.hasUnanswered;
    return this.mode === 'acknowledged' && this.state.role === 'provider' && !isDone;
  }

  async #sayLast(kind: 'end' | 'error', payload?: Uint8Array): Promise<void> {
    const isSaid = await this.#sender.sendLast(kind, payload);
    if (isSaid && this.state.role === 'provider') this.#endWith('providerEnd', undefined);
  }

  #onSaid(): void {
    this.#guard.onSaid();
    if (!this.#sender.hasSaidLast) this.#receiver.popAhead();
  }

  #onWord(word: Word): void {
    switch (word.kind) {
      case 'end':
        this.#onLast(undefined);
        break;
      case 'error':
        this.#onLast(this.#remoteError(word.payload));
        break;
      case 'claim':
        this.state.on('claim');
        this.#options.terms.onClaim?.(word.payload);
        break;
      case 'gap':
        void this.#guard.onGap(word.from);
        break;
      case 'resend':
        this.#sender.resend(word.from);
    }
  }

  #remoteError(payload: Uint8Array): FxpRemoteError {
    const { name, role, inboxKey } = this.state;
    return new FxpRemoteError(name, decodeRemoteError(payload, inboxKey), peerOf(role));
  }

  /** The other party has said its last. */
  #onLast(error: FxpRemoteError | undefined): void {
    if (this.state.role === 'requestor') this.#endWith('providerEnd', error);
    else {
      this.state.on('requestorEnd', error);
      this.#receiver.failAll(this.state.endError);
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
    this.#guard.stop();
    this.#receiver.failAll(this.state.endError);
    this.#sender.close(this.state.endError);
    if (event === 'loss') this.#receiver.line.close().catch(() => undefined);
  }
}
