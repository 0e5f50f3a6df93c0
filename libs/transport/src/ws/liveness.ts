import type { Clock, Timer } from '@syncytium/kit';

/** What can be asked whether its peer still lives, and cuts itself off when not. */
interface Checked {
  checkAlive(): void;
}

/** Checks a set of connections once per interval, between `start` and `stop`. */
export class Liveness {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #connections: Iterable<Checked>;
  #next: Timer | undefined;

  constructor(clock: Clock, intervalMs: number, connections: Iterable<Checked>) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#connections = connections;
  }

  start(): void {
    this.#next = this.#clock.setTimer(this.#intervalMs, () => {
      for (const connection of this.#connections) connection.checkAlive();
      this.start();
    });
  }

  stop(): void {
    this.#next?.cancel();
  }
}
