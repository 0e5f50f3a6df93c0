import { Latencies } from './latencies.js';
import { reportEvery } from './multicast-load.js';
import type { MeasureRound } from './process-host.js';
import { msSince } from './stamp.js';

/** Counts what is heard, with its latencies where texts tell when they were due. */
export class MulticastListener {
  readonly #bytes: number;
  readonly #report: (heard: number) => void;
  #latencies = new Latencies();
  #heard = 0;

  /** `report` is called after every {@link reportEvery} events, with how many there were. */
  constructor(bytes: number, report: (heard: number) => void) {
    this.#bytes = bytes;
    this.#report = report;
  }

  /** Reads the data as the least that a listener does. Throws where it is not what was sent. */
  hear(data: string | Uint8Array): void {
    if (data.length !== this.#bytes) throw new Error(`${data.length} bytes were heard, not ${this.#bytes}`);
    if (++this.#heard % reportEvery === 0) this.#report(this.#heard);
  }

  /** The same for a text with a stamp. */
  hearStamped(text: string): void {
    const ms = msSince(text);
    if (ms !== undefined) this.#latencies.record(ms);
    this.hear(text);
  }

  /** The latencies since the last time. */
  readonly measure: MeasureRound = () => {
    const latencyUs = this.#latencies.percentiles();
    this.#latencies = new Latencies();
    return Promise.resolve({ operations: this.#heard, seconds: 0, latencyUs });
  };
}
