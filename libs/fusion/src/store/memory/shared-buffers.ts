import { LimitError } from '@syncytium/kit';
import type { ChangeCounters } from './change-counters.js';
import { growMemory, lengthOf, reserveMemory, reserveScannedMemory, type SharedMemory } from './shared-memory.js';

/** Something that reads a shared buffer through a view, which another thread's growth makes too short. */
export interface SharedArea {
  refresh(): void;
}

/**
 * Where shared memory comes from. The thread that makes a store takes new buffers; one that attaches to it takes the
 * same buffers in the same order, since both build the same things.
 */
export class SharedBuffers {
  /** All buffers taken so far, for whoever wants to attach. */
  readonly taken: SharedMemory[] = [];
  readonly #given: readonly SharedMemory[] | undefined;
  readonly #counters: ChangeCounters;
  readonly #areas: SharedArea[] = [];
  /** Whether what is made of them has room from the start. */
  readonly haveRoom: boolean;

  /** @param given What another `SharedBuffers` has taken; without it, buffers are made. */
  constructor(counters: ChangeCounters, given?: readonly SharedMemory[], haveRoom = false) {
    this.#counters = counters;
    this.#given = given;
    this.haveRoom = haveRoom && !given;
  }

  /**
   * A buffer without bytes that may grow to `bytesMax`, or the one that has been given in its place. Throws
   * {@link LimitError} when the system has no room of that length.
   *
   * @param isForScans Whether {@link reserveScannedMemory} is to make it.
   */
  take(area: SharedArea, bytesMax: number, isForScans: boolean): SharedMemory {
    const buffer = this.#given ? this.#given[this.taken.length] : reserve(bytesMax, isForScans);
    if (!buffer) throw new RangeError(`only ${this.taken.length} shared buffers have been given`);
    this.taken.push(buffer);
    this.#areas.push(area);
    return buffer;
  }

  /** How many bytes the buffers have. */
  get bytes(): number {
    return this.taken.reduce((sum, memory) => sum + lengthOf(memory), 0);
  }

  /** How many bytes one of them has. */
  bytesOf(position: number): number {
    const memory = this.taken[position];
    return memory ? lengthOf(memory) : 0;
  }

  /** By how many bytes buffers may still grow. */
  get bytesLeft(): number {
    return this.#counters.bytesLeft;
  }

  /** Makes a buffer longer and lets the threads that read it know. Throws {@link LimitError} when memory is used up. */
  grow(memory: SharedMemory, byteLength: number): void {
    const before = this.#counters.bytes;
    this.#counters.claim(byteLength - lengthOf(memory));
    try {
      growMemory(memory, byteLength);
    } catch (cause) {
      this.#counters.bytes = before;
      throw new LimitError('memory', byteLength, 'bytes of a shared buffer', { cause: String(cause) });
    }
    // Told only now, for whoever looks for what has grown looks once.
    this.#counters.countGrowth();
  }

  /** Lets every area see what others have grown. */
  refresh(): void {
    for (const area of this.#areas) area.refresh();
  }
}

function reserve(bytesMax: number, isForScans: boolean): SharedMemory {
  try {
    return isForScans ? reserveScannedMemory(bytesMax) : reserveMemory(bytesMax);
  } catch (cause) {
    throw new LimitError('memory', bytesMax, 'bytes to reserve', { cause: String(cause) });
  }
}
