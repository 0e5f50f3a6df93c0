import type { Clock, Timer } from '@syncytium/kit';
import { FxpSessionTimeoutError } from '../errors.js';
import type { Role, SessionName } from '../wire/protocol.js';
import type { SessionControl } from '../session/session-terms.js';

export interface SessionDeadlineOptions {
  readonly clock: Clock;
  readonly name: SessionName;
  readonly role: Role;
  readonly timeoutMs: number;
  readonly control: SessionControl;
}

/** Ends a session that takes longer than it may, with an error that tells what the other party did. */
export class SessionDeadline {
  readonly #timer: Timer;

  constructor(options: SessionDeadlineOptions) {
    this.#timer = options.clock.setTimer(options.timeoutMs, () => void expire(options));
  }

  cancel(): void {
    this.#timer.cancel();
  }
}

async function expire({ name, role, timeoutMs, control }: SessionDeadlineOptions): Promise<void> {
  const peer = await control.describePeer();
  control.lose(new FxpSessionTimeoutError({ session: name, role, timeoutMs, peer }));
}
