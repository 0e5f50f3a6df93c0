import { LinkedSet } from '../collections/linked-set.js';
import type { Task } from './transmitter-state.js';

/**
 * Tasks that wait: those that were in the hands of a cell before go first, in the order in which they came back; then
 * the others by age. Any of them can leave at any time.
 */
export class TaskQueue {
  readonly #returned = new LinkedSet<Task>();
  readonly #fresh = new LinkedSet<Task>();

  get size(): number {
    return this.#returned.size + this.#fresh.size;
  }

  push(task: Task): void {
    (task.attempt > 0 ? this.#returned : this.#fresh).add(task);
  }

  /** Who is next. */
  peek(): Task | undefined {
    return this.#returned.first() ?? this.#fresh.first();
  }

  delete(task: Task): void {
    if (!this.#returned.delete(task)) this.#fresh.delete(task);
  }

  *[Symbol.iterator](): IterableIterator<Task> {
    yield* this.#returned;
    yield* this.#fresh;
  }
}
