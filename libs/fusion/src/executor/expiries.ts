import type { Clock } from '@syncytium/kit';
import type { Oid } from '../oid.js';
import type { ClassDefinition } from '../schema/class-definition.js';
import type { Store } from '../store/store.js';

/**
 * When objects expire. All objects of a class live equally long, so those stored first expire first: a queue for each
 * class is all it takes. An object that was deleted stays in its queue until its time would have been over.
 */
export class Expiries {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #queues = new Map<ClassDefinition, ExpiryQueue>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** In how many milliseconds the next object expires: 0 or less where one has, `Infinity` where none ever does. */
  get dueInMs(): number {
    let earliest = Infinity;
    for (const queue of this.#queues.values()) earliest = Math.min(earliest, queue.earliest);
    return earliest === Infinity ? Infinity : earliest - this.#clock.now();
  }

  /** An object is being stored. */
  add(definition: ClassDefinition, oid: Oid): void {
    const { ttlMs } = definition;
    if (ttlMs === undefined) return;
    let queue = this.#queues.get(definition);
    if (!queue) this.#queues.set(definition, (queue = new ExpiryQueue()));
    queue.push(oid, this.#clock.now() + ttlMs);
  }

  /** Takes in the objects that there are: they live as long from now on as if they were stored now. */
  addAll(): void {
    for (const table of this.#store.tables())
      if (table.definition.ttlMs !== undefined)
        for (const row of table.rows()) this.add(table.definition, table.oidOf(row));
  }

  /** Takes out objects that have expired, at most `objectsMax`. */
  takeOut(objectsMax: number): void {
    const now = this.#clock.now();
    let left = objectsMax;
    for (const [definition, queue] of this.#queues) {
      const table = this.#store.table(definition);
      for (; left > 0 && queue.earliest <= now; left--) {
        const row = table.rowOf(queue.shift());
        if (row === undefined) continue;
        table.remove(row);
        this.#store.counters.expired++;
      }
    }
  }

  /** There are no objects and no classes any more. */
  clear(): void {
    this.#queues.clear();
  }
}

/** OIDs with the times at which they expire, which never go back. */
class ExpiryQueue {
  #oids: Oid[] = [];
  #times: number[] = [];
  #head = 0;

  /** When the first expires; `Infinity` where there is none. */
  get earliest(): number {
    return this.#times[this.#head] ?? Infinity;
  }

  push(oid: Oid, time: number): void {
    this.#oids.push(oid);
    this.#times.push(time);
  }

  shift(): Oid {
    const oid = this.#oids[this.#head++] as Oid;
    // Moving what is left only when it is the smaller half makes a shift cost the same on average, however long it is.
    if (2 * this.#head > this.#oids.length) {
      this.#oids = this.#oids.slice(this.#head);
      this.#times = this.#times.slice(this.#head);
      this.#head = 0;
    }
    return oid;
  }
}
