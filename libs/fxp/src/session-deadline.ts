import type { Clock, Timer } from '@syncytium/kit';
import { FxpSessionTimeoutError } from './errors.js';
import { partyOf, peerOf, type Role, type SessionName } from './protocol.js';
import type { PeerFacts, SessionControl } from './session-terms.js';

export interface SessionDeadlineOptions {
  readonly clock: Clock;
  readonly name: SessionName;
  readonly role: Role;
  readonly timeoutMs: number;
  readonly control: SessionControl;
  /** What is known of the other party; nothing in a plain session. */
  readonly describePeer: (() => Promise<PeerFacts>) | undefined;
}

/** Ends a session that takes longer than it may. */
export class SessionDeadline {
  readonly #timer: Timer;

  constructor(options: SessionDeadlineOptions) {
    this.#timer = options.clock.setTimer(options.timeoutMs, () => void expire(options));
  }

  cancel(): void {
    this.#timer.cancel();
  }
}

async function expire({ name, role, timeoutMs, control, describePeer }: SessionDeadlineOptions): Promise<void> {
  const facts = await describePeer?.();
  const peer = facts?.party ?? `the ${partyOf(peerOf(role), name)}`;
  control.lose(new FxpSessionTimeoutError({ session: name, role, timeoutMs, peer }));
}
