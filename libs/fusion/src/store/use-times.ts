import type { Row } from './columns/column.js';
import type { ChangeCounters } from './memory/change-counters.js';
import type { SharedBuffers } from './memory/shared-buffers.js';
import { SharedVector } from './memory/shared-vector.js';

/** When each object of a class was used. */
export class UseTimes {
  readonly #times: SharedVector;
  readonly #counters: ChangeCounters;

  constructor(buffers: SharedBuffers, what: string, rowsMax: number, counters: ChangeCounters) {
    this.#times = new SharedVector(buffers, what, rowsMax);
    this.#counters = counters;
  }

  /**
   * An object is used just now. Threads that read note that, too, without waiting for each other: which of their notes
   * stays is nobody's business.
   */
  note(row: Row): void {
    this.#times.view[row] = this.#counters.time;
  }

  /** For how long an object has not been used, in the units of {@link ChangeCounters.time}. */
  idle(row: Row): number {
    return (this.#counters.time - (this.#times.view[row] ?? 0)) >>> 0;
  }

  reserve(rows: number): void {
    this.#times.ensure(rows);
  }
}
