import type { Clock, Timer } from '@syncytium/kit';

export interface SilenceWatchOptions {
  readonly clock: Clock;
  /** How long a silence has to last, in milliseconds. */
  readonly silenceMs: number;
  /** Whether something is awaited; when nothing is, the watch ends until it is begun again. */
  readonly isAwaiting: () => boolean;
  /** When the other party was last heard, in milliseconds of the clock. */
  readonly lastHeardAt: () => number | undefined;
  readonly onSilence: () => void;
}

/** Notices while something is awaited that nothing has been heard for long, again and again. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #timer: Timer | undefined;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  /** Something is awaited. Does nothing while the watch goes on. */
  begin(): void {
    if (this.#timer) return;
    const { clock, silenceMs, isAwaiting, lastHeardAt, onSilence } = this.#options;
    const since = clock.now();
    this.#timer = clock.setTimer(silenceMs, () => {
      this.#timer = undefined;
      if (!isAwaiting()) return;
      this.begin();
      if ((lastHeardAt() ?? -Infinity) <= since) onSilence();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
