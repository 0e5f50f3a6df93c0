import { InvalidArgumentError } from './errors.js';

const initialSlots = 16;

/**
 * A first-in-first-out queue that never holds more than `max` items. `push` says whether there was room: what to do
 * when there is none (refuse, drop the oldest, tell the sender) is the owner's decision. All operations take constant
 * time, `push` amortised.
 */
export class BoundedQueue<T> {
  readonly max: number;
  #slots: (T | undefined)[];
  #head = 0;
  #size = 0;

  constructor(max: number) {
    if (!Number.isInteger(max) || max < 1)
      throw new InvalidArgumentError('max', `must be a whole number of at least 1, got ${max}`);
    this.max = max;
    this.#slots = new Array<T | undefined>(initialSlots);
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size === this.max;
  }

  /** Appends an item; `false` (and no change) when the queue is full. */
  push(item: T): boolean {
    if (this.#size === this.max) return false;
    if (this.#size === this.#slots.length) this.#resize(this.#slots.length * 2);
    this.#slots[(this.#head + this.#size) & (this.#slots.length - 1)] = item;
    this.#size++;
    return true;
  }

  /** Takes the oldest item; `undefined` when there is none. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#size--;
    if (this.#size === 0 && this.#slots.length > 1024) this.#resize(initialSlots);
    return item;
  }

  /** The oldest item, left in place. */
  peek(): T | undefined {
    return this.#slots[this.#head];
  }

  clear(): void {
    this.#slots = new Array<T | undefined>(initialSlots);
    this.#head = 0;
    this.#size = 0;
  }

  /** From the oldest to the newest. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.#size; i++) yield this.#slots[(this.#head + i) & (this.#slots.length - 1)] as T;
  }

  /** `length` is a power of two, so that positions wrap with a mask. */
  #resize(length: number): void {
    const slots = new Array<T | undefined>(length);
    for (let i = 0; i < this.#size; i++) slots[i] = this.#slots[(this.#head + i) & (this.#slots.length - 1)];
    this.#slots = slots;
    this.#head = 0;
  }
}
