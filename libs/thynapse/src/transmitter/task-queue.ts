import { LinkedList } from '../collections/linked-list.js';
import type { Task } from './transmitter-state.js';

/**
 * Tasks that wait: those that were in the hands of a cell before go first, in the order in which they came back; then
 * the others by age. Any of them can leave at any time.
 */
export class TaskQueue {
  readonly #returned = new LinkedList<Task>();
  readonly #fresh = new LinkedList<Task>();

  get size(): number {
    return this.#returned.size + this.#fresh.size;
  }

  push(task: Task): void {
    task.queued = (task.attempt > 0 ? this.#returned : this.#fresh).add(task);
  }

  /** Who is next. */
  peek(): Task | undefined {
    return this.#returned.first() ?? this.#fresh.first();
  }

  delete(task: Task): void {
    if (!this.#returned.delete(task.queued)) this.#fresh.delete(task.queued);
    task.queued = undefined;
  }

  *[Symbol.iterator](): IterableIterator<Task> {
    yield* this.#returned;
    yield* this.#fresh;
  }
}
