/** The most time that is counted between two moments at which somebody runs, in milliseconds: a few of its ticks. */
const stepMsMax = 250;

/**
 * The time of one who may be stopped himself: by a debugger, a sleeping machine, a long turn of his event loop. What others
 * said meanwhile lies in his sockets, and his timers come first when he goes on; so he must not take for silence what he
 * did not listen to. Time in which he did not run is not counted. [T-18]
 */
export class OwnTime {
  #ranMs: number | undefined;
  #stoppedMs = 0;

  /** He runs: what his own time is then, when a monotonic clock shows `clockMs`. A stop counts less than a silence. */
  run(clockMs: number, heartbeatMs: number): number {
    const ownMs = this.at(clockMs, heartbeatMs);
    this.#stoppedMs = clockMs - ownMs;
    this.#ranMs = clockMs;
    return ownMs;
  }

  /** What it would be if he ran. */
  at(clockMs: number, heartbeatMs: number): number {
    const passedMs = clockMs - (this.#ranMs ?? clockMs);
    return clockMs - this.#stoppedMs - Math.max(0, passedMs - Math.min(stepMsMax, heartbeatMs));
  }
}
