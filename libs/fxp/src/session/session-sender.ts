import type { SyncytiumError } from '@syncytium/kit';
import type { BrokerCommands } from '@syncytium/transport';
import { formatHeader, sealEnvelope, type EnvelopeHeader } from '../wire/envelope.js';
import { partBytesMaxDefault } from '../wire/parts.js';
import { Outbox } from './outbox.js';
import { KeyExpiry } from './key-expiry.js';
import { isLineLoss } from './pop-line.js';
import type { OutgoingItem } from './session-carrier.js';
import type { SessionChannelOptions } from './session-channel-options.js';
import type { Outgoing, SessionNumbers } from './session-numbers.js';
import type { SessionReceiver } from './session-receiver.js';

export interface SessionSenderOptions extends SessionChannelOptions {
  readonly numbers: SessionNumbers;
  readonly receiver: SessionReceiver;
  /** Something with a number is on its way. */
  readonly onSaid: () => void;
  readonly onLineLoss: (error: SyncytiumError) => void;
  /** The other party can make nothing of what comes now. */
  readonly onFailure: (error: unknown) => void;
}

const noBytes = new Uint8Array(0);

/** What one party of an extended session says: gives it numbers, and puts it on its way. */
export class SessionSender {
  readonly #options: SessionSenderOptions;
  readonly #outbox: Outbox;
  readonly #expiry: KeyExpiry;
  readonly #partBytesMax: number;
  #hasSaidLast = false;

  constructor(options: SessionSenderOptions) {
    const { state, terms, broker, clock, receiver, onLineLoss } = options;
    this.#options = options;
    this.#partBytesMax = options.partBytesMax ?? partBytesMaxDefault;
    const { line } = receiver;
    this.#expiry = new KeyExpiry({ broker, clock, key: state.outboxKey, expiryMs: terms.expiryMs });
    this.#outbox = new Outbox({
      key: state.outboxKey,
      partBytesMax: this.#partBytesMax,
      lines: {
        line: () => (line.pending === 0 ? line.connection : broker),
        onWritten: (line, outgoing) => this.#onWritten(line, outgoing),
        onPushed: (items) => {
          state.onPushed(items);
          // Pops make way for an item in parts.
          receiver.pump();
        },
        onRefused: (outgoing, error, isHalf) => this.#onRefused(outgoing, error, isHalf),
        isLoss: isLineLoss,
        onLoss: onLineLoss,
      },
    });
  }

  /** Whether an item in parts is on its way, which wants the line for itself. */
  get isSendingParts(): boolean {
    return this.#outbox.isSendingParts;
  }

  /** Whether so little waits that more may be said without waiting for the broker. */
  get hasRoom(): boolean {
    return this.#outbox.hasRoom;
  }

  /** Whether everything has been pushed. */
  get isIdle(): boolean {
    return this.#outbox.isIdle;
  }

  /** Whether this party has nothing more to say. */
  get hasSaidLast(): boolean {
    return this.#hasSaidLast;
  }

  /** The next item this party says, with its number, to be sent at once. Throws what keeps it from being said. */
  seal(item: OutgoingItem): Outgoing {
    const { state, numbers } = this.#options;
    state.checkMayPush();
    this.#outbox.checkRoom();
    const kind = 'item';
    const seq = numbers.nextSeq(kind);
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

  /** Resolves when the broker has it. `isOneOfMany`: others follow at once, and it may travel with them. */
  send(outgoing: Outgoing, isOneOfMany = false): Promise<void> {
    this.#options.numbers.said(outgoing);
    const sending = this.#outbox.send(outgoing, isOneOfMany);
    this.#options.onSaid();
    return sending;
  }

  /** Says that this party has nothing more to say, and why; `false` when it has done so before. */
  async sendLast(kind: 'end' | 'error', payload: Uint8Array = noBytes): Promise<boolean> {
    const { state, numbers } = this.#options;
    if (state.isEnded || this.#hasSaidLast) return false;
    this.#hasSaidLast = true;
    const seq = numbers.nextSeq(kind);
    const sending = this.send({ kind, seq, bytes: sealEnvelope({ kind, seq }, payload), isInParts: false });
    if (state.role === 'requestor') state.on('requestorEnd');
    await sending;
    return true;
  }

  /** Something between the parties, which has no number of its own. Nothing depends on its success. */
  tell(header: EnvelopeHeader, payload: Uint8Array = noBytes): void {
    this.#outbox.sendUncounted(sealEnvelope(header, payload)).catch(() => undefined);
  }

  /** Says again what is unanswered from a number on, and where the session stands. */
  resend(from: number): void {
    this.#outbox.resend(this.#options.numbers.unansweredFrom(from));
    this.sync();
  }

  /** Says what was said so far, and what of it is answered, so that the provider finds what it lacks. */
  sync(): void {
    const { saidSeq, firstUnanswered } = this.#options.numbers;
    this.tell({ kind: 'sync', seq: saidSeq }, Buffer.from(`${firstUnanswered}`));
  }

  /** Writes nothing until {@link release}. */
  hold(): void {
    this.#outbox.hold();
  }

  release(): void {
    this.#outbox.resume();
  }

  /** Nothing is said any more; whoever waits is told why. */
  close(error: Error): void {
    this.#outbox.close(error);
    this.#expiry.close();
  }

  /** What belongs behind a push, in the same write. */
  #onWritten(line: BrokerCommands, outgoing: readonly Outgoing[]): void {
    const { state, numbers, receiver, onLineLoss } = this.#options;
    // When a session ends, the other party may have seen to this list for the last time.
    this.#expiry.renew(line, this.#hasSaidLast || state.phase === 'draining');
    numbers.sent(outgoing);
    const { inFlightKey: key, connection } = receiver.line;
    if (key === undefined || receiver.isHeld) return;
    const count = numbers.takeTrimmable();
    if (count === 0) return;
    // The oldest are at the tail.
    line.ltrim(key, 0, -count - 1).catch((error: unknown) => {
      if (isLineLoss(error) && connection === receiver.line.connection) onLineLoss(error);
    });
  }

  #onRefused(outgoing: readonly Outgoing[], error: unknown, isHalf: boolean): void {
    this.#options.numbers.unsaid(outgoing);
    // Half of an item is there, whose number nothing else can take.
    if (isHalf) this.#options.onFailure(error);
  }
}
