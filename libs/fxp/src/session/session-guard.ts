import type { SyncytiumError } from '@syncytium/kit';
import { InFlightLists } from './in-flight-lists.js';
import { isLineLoss } from './pop-line.js';
import type { SessionChannelOptions } from './session-channel-options.js';
import type { SessionNumbers } from './session-numbers.js';
import type { SessionReceiver } from './session-receiver.js';
import { SessionRecovery } from './session-recovery.js';
import type { SessionSender } from './session-sender.js';
import { SilenceWatch } from './silence-watch.js';

export interface SessionGuardOptions extends SessionChannelOptions {
  readonly numbers: SessionNumbers;
  readonly receiver: SessionReceiver;
  readonly sender: SessionSender;
  /** Whether this party is done with the session, for whatever reason. */
  readonly isOver: () => boolean;
  /** What was lost cannot be had again. */
  readonly onFailure: (error: unknown) => void;
}

/** Watches over an acknowledged session: finds out what was lost, with a line or another party, and has it again. */
export class SessionGuard {
  readonly #options: SessionGuardOptions;
  readonly #lists: InFlightLists;
  readonly #recovery: SessionRecovery;
  readonly #silence: SilenceWatch;

  constructor(options: SessionGuardOptions) {
    const { broker, clock, state, terms, numbers, receiver, isOver, faults } = options;
    const { line } = receiver;
    this.#options = options;
    this.#lists = new InFlightLists({ broker, state, terms, line });
    if (faults?.noPutBack) this.#lists.putBack = () => Promise.resolve(0);
    this.#recovery = new SessionRecovery({ broker, clock, terms, line, lists: this.#lists });
    this.#silence = new SilenceWatch({
      clock,
      silenceMs: terms.leaseMs,
      isAwaiting: () => !isOver() && numbers.unansweredCount > 0,
      lastHeardAt: () => state.lastHeardAt,
      onSilence: () => void this.#lookForLost(),
    });
  }

  /** A provider takes over what older claims have left, before anything else. */
  async begin(): Promise<void> {
    this.#hold();
    try {
      await this.#lists.enlist();
      await this.#lists.putBack();
      this.#release();
    } catch (error) {
      if (isLineLoss(error)) await this.#recover(error);
      else this.#options.onFailure(error);
    }
  }

  /** Something was said. */
  onSaid(): void {
    if (this.#options.numbers.unansweredCount > 0) this.#silence.begin();
  }

  /** A line to the broker was lost. */
  onLineLoss(error: SyncytiumError): void {
    const { terms, receiver, isOver, onFailure } = this.#options;
    if (isOver()) return;
    if (terms.mode === 'extended') onFailure(`${error.message}; what was on its way may be lost`);
    else if (!receiver.isHeld) {
      this.#hold();
      void this.#recover(error);
    }
  }

  /** Items are missing from this number on: somebody may have them in flight; or else they must be said again. */
  async onGap(from: number): Promise<void> {
    const { state, sender, faults } = this.#options;
    try {
      const count = await this.#lists.putBack();
      if (count === 0 && state.role === 'provider' && !faults?.noResend) sender.tell({ kind: 'resend', seq: from });
    } catch (error) {
      if (isLineLoss(error)) this.onLineLoss(error);
    }
  }

  /** Deletes the session's lists. */
  deleteLists(): Promise<void> {
    return this.#lists.delete();
  }

  stop(): void {
    this.#silence.stop();
    this.#recovery.stop();
  }

  async #recover(cause: unknown): Promise<void> {
    const failure = await this.#recovery.run(cause);
    if (this.#options.isOver()) return;
    if (failure !== undefined) this.#options.onFailure(failure);
    else this.#release();
  }

  #hold(): void {
    this.#options.receiver.hold();
    this.#options.sender.hold();
  }

  #release(): void {
    const { numbers, sender, receiver } = this.#options;
    receiver.release();
    numbers.onReopened();
    sender.release();
    receiver.pump();
  }

  /** No answer has come for long: looks whether inputs or answers have been lost. */
  async #lookForLost(): Promise<void> {
    const { broker, state, receiver, sender, faults } = this.#options;
    if (receiver.isHeld || !sender.isIdle || faults?.noResend) return;
    try {
      await this.#lists.putBack();
      if ((await broker.llen(state.outboxKey)) === 0) sender.sync();
    } catch (error) {
      if (isLineLoss(error)) this.onLineLoss(error);
    }
  }
}
