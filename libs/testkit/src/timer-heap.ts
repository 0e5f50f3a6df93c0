/** One timer of a simulated clock. `fire` is taken away when it is cancelled or fires. */
export interface HeapTimer {
  readonly dueMs: number;
  /** Order of creation, which decides between timers due at the same time. */
  readonly order: number;
  fire: (() => void) | undefined;
}

/** Timers by due time, then by creation: a binary heap. */
export class TimerHeap {
  readonly #timers: HeapTimer[] = [];

  get size(): number {
    return this.#timers.length;
  }

  peek(): HeapTimer | undefined {
    return this.#timers[0];
  }

  push(timer: HeapTimer): void {
    let at = this.#timers.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isBefore(parent, at)) break;
      this.#swap(parent, at);
      at = parent;
    }
  }

  pop(): HeapTimer | undefined {
    const first = this.#timers[0];
    const last = this.#timers.pop();
    if (first === undefined || last === undefined || this.#timers.length === 0) return first;
    this.#timers[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= this.#timers.length) return first;
      const right = left + 1;
      const child = right < this.#timers.length && this.#isBefore(right, left) ? right : left;
      if (this.#isBefore(at, child)) return first;
      this.#swap(at, child);
      at = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const one = this.#timers[a] as HeapTimer;
    const other = this.#timers[b] as HeapTimer;
    return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const one = this.#timers[a] as HeapTimer;
    this.#timers[a] = this.#timers[b] as HeapTimer;
    this.#timers[b] = one;
  }
}
