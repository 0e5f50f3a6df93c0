import { backoffMs, ClosedError, pause, type Clock } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';
import type { InFlightLists } from './in-flight-lists.js';
import { isLineLoss, type PopLine } from './pop-line.js';
import type { SessionTerms } from './session-terms.js';

/** Between attempts, and for all attempts together. */
const delays = { delayMsMin: 50, delayMsMax: 2000 };
const recoveryMsMax = 60_000;

export interface SessionRecoveryOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly terms: SessionTerms;
  readonly line: PopLine;
  readonly lists: InFlightLists;
}

/** Goes on with a new connection where an acknowledged session has lost its own. */
export class SessionRecovery {
  readonly #options: SessionRecoveryOptions;
  readonly #stopped = new AbortController();

  constructor(options: SessionRecoveryOptions) {
    this.#options = options;
  }

  /** Resolves with nothing when there is a new connection, or with why there will be none. */
  async run(cause: unknown): Promise<unknown> {
    const { clock } = this.#options;
    const { signal } = this.#stopped;
    const until = clock.now() + recoveryMsMax;
    let last = cause;
    for (let failures = 1; !signal.aborted; failures++) {
      const delayMs = backoffMs(failures, delays);
      try {
        await this.#attempt();
        return undefined;
      } catch (error) {
        last = error;
        if (!isLineLoss(error) || this.#isOver(error) || clock.now() + delayMs > until) return error;
      }
      await pause(clock, delayMs, signal).catch(() => undefined);
    }
    return last;
  }

  /** Tries no more. */
  stop(): void {
    this.#stopped.abort();
  }

  /** The broker was closed, or is gone for good. */
  #isOver(error: unknown): boolean {
    return error instanceof ClosedError || this.#options.broker.lost.aborted;
  }

  async #attempt(): Promise<void> {
    const { broker, terms, line, lists } = this.#options;
    const connection = await broker.connect();
    try {
      await terms.reaffirm();
      line.renew(connection);
    } catch (error) {
      connection.close().catch(() => undefined);
      throw error;
    }
    await lists.enlist();
    await lists.putBack();
  }
}
