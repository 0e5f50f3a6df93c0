import { assert } from '@syncytium/kit';

/** One message between two threads: what it is, whose it is, three numbers, and bytes. */
export interface RingMessage {
  readonly kind: number;
  readonly id: number;
  readonly numbers: readonly [a: number, b: number, c: number];
  /** Valid until the next message is read. */
  readonly payload: Uint8Array;
}

const noNumbers = [0, 0, 0] as const;

/** Words of the control block: how many bytes were ever written and read, modulo 2^32, and whether the reader sleeps. */
const writtenWord = 0;
const readWord = 1;
const sleepingWord = 2;
const controlBytes = 64;

/** Every message starts with its payload's length, kind, id and three numbers. */
const headWords = 6;
const headBytes = 4 * headWords;

/** In place of a length: the rest of the buffer is empty, the next message is at its start. */
const wrapMark = 0xffffffff;

/**
 * A queue of messages in shared memory from one thread to one other. What is written is seen when it is published,
 * many messages at once; the reader may sleep until then.
 *
 * The memory holds control words and a buffer whose length is a power of two. Positions only grow, modulo 2^32.
 */
abstract class Ring {
  protected readonly control: Int32Array;
  protected readonly words: Uint32Array;
  protected readonly bytes: Uint8Array;
  protected readonly capacity: number;

  constructor(memory: SharedArrayBuffer) {
    this.capacity = memory.byteLength - controlBytes;
    this.control = new Int32Array(memory, 0, controlBytes / 4);
    this.words = new Uint32Array(memory, controlBytes, this.capacity / 4);
    this.bytes = new Uint8Array(memory, controlBytes, this.capacity);
  }
}

/** Memory for a ring. `capacity` is its bytes, a power of two from 256 to 2^30; one message takes at most half of them. */
export function newRingMemory(capacity: number): SharedArrayBuffer {
  assert(capacity >= 256 && capacity <= 2 ** 30 && Number.isInteger(Math.log2(capacity)), 'no capacity for a ring');
  return new SharedArrayBuffer(controlBytes + capacity);
}

/** The end of a ring that writes. */
export class RingWriter extends Ring {
  #position: number;

  constructor(memory: SharedArrayBuffer) {
    super(memory);
    this.#position = Atomics.load(this.control, writtenWord);
  }

  /** Adds a message, which is seen once it is published; `false`, and no change, when there is no room. */
  write(kind: number, id: number, payload: Uint8Array, numbers: RingMessage['numbers'] = noNumbers): boolean {
    const length = headBytes + align(payload.length);
    if (length > this.capacity / 2) return false;
    const start = this.#position & (this.capacity - 1);
    const skipped = start + length > this.capacity ? this.capacity - start : 0;
    const used = (this.#position - Atomics.load(this.control, readWord)) >>> 0;
    if (used + skipped + length > this.capacity) return false;
    if (skipped > 0) this.words[start / 4] = wrapMark;
    const at = skipped > 0 ? 0 : start;
    const word = at / 4;
    this.words[word] = payload.length;
    this.words[word + 1] = kind;
    this.words[word + 2] = id;
    this.words[word + 3] = numbers[0];
    this.words[word + 4] = numbers[1];
    this.words[word + 5] = numbers[2];
    this.bytes.set(payload, at + headBytes);
    this.#position = (this.#position + skipped + length) | 0;
    return true;
  }

  /** Shows the reader what was written. `true` when the reader slept: it wants to be woken, once. */
  publish(): boolean {
    if (Atomics.exchange(this.control, writtenWord, this.#position) === this.#position) return false;
    return Atomics.exchange(this.control, sleepingWord, 0) === 1;
  }

  /** Wakes a reader that sleeps in {@link RingReader.sleep}. */
  wake(): void {
    Atomics.notify(this.control, writtenWord);
  }
}

/** The end of a ring that reads. */
export class RingReader extends Ring {
  #position: number;
  /** Where the message ends that was read last. */
  #end: number;

  constructor(memory: SharedArrayBuffer) {
    super(memory);
    this.#position = Atomics.load(this.control, readWord);
    this.#end = this.#position;
  }

  /** The next message, if one was published; the room of the one before is free again. */
  read(): RingMessage | undefined {
    this.#release();
    if (Atomics.load(this.control, writtenWord) === this.#position) return undefined;
    let at = this.#position & (this.capacity - 1);
    if (this.words[at / 4] === wrapMark) {
      this.#position = (this.#position + this.capacity - at) | 0;
      at = 0;
    }
    const word = at / 4;
    const length = this.words[word] ?? 0;
    this.#end = (this.#position + headBytes + align(length)) | 0;
    const { words } = this;
    return {
      kind: words[word + 1] ?? 0,
      id: words[word + 2] ?? 0,
      numbers: [words[word + 3] ?? 0, words[word + 4] ?? 0, words[word + 5] ?? 0],
      payload: this.bytes.subarray(at + headBytes, at + headBytes + length),
    };
  }

  /** Says that the reader is about to sleep. `false` when there is something to read, so that it had better not. */
  fallAsleep(): boolean {
    this.#release();
    Atomics.store(this.control, sleepingWord, 1);
    if (Atomics.load(this.control, writtenWord) === this.#position) return true;
    Atomics.store(this.control, sleepingWord, 0);
    return false;
  }

  /** Whether there is nothing to read for now. */
  get isEmpty(): boolean {
    return Atomics.load(this.control, writtenWord) === this.#end;
  }

  /** Blocks the thread until something is published and the writer wakes it; not at all when there is something. */
  sleep(): void {
    if (this.fallAsleep()) Atomics.wait(this.control, writtenWord, this.#position);
  }

  #release(): void {
    if (this.#end === this.#position) return;
    this.#position = this.#end;
    Atomics.store(this.control, readWord, this.#position);
  }
}

function align(length: number): number {
  return (length + 3) & ~3;
}
