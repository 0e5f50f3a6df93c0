import { LimitError } from '@syncytium/kit';
import type { SharedArea, SharedBuffers } from './shared-buffers.js';

/** Growth begins with this much, and is less only where memory ends. */
const stepBytesUsual = 64 * 1024;

/** Growth by half as much again would otherwise leave gigabytes unused. */
const stepBytesMax = 64 * 2 ** 20;

const bytesPerWord = 4;

/**
 * Words of 32 bits that all threads share, 0 where nothing has been written. `view` has a fixed length, since views that
 * track a buffer's length are read twenty times slower; it is replaced by growth, so a loop takes it once and anew
 * after anything that may grow.
 */
export class SharedVector implements SharedArea {
  view: Int32Array;
  readonly #buffers: SharedBuffers;
  readonly #buffer: SharedArrayBuffer;
  readonly #what: string;
  readonly #lengthMax: number;
  readonly #stepBytesMin: number;

  /**
   * @param what Whose words they are, for the error that says there are too many.
   * @param stepBytesMin How much it grows at least.
   */
  constructor(buffers: SharedBuffers, what: string, lengthMax: number, stepBytesMin = stepBytesUsual) {
    this.#buffers = buffers;
    this.#what = what;
    this.#lengthMax = lengthMax;
    this.#stepBytesMin = stepBytesMin;
    this.#buffer = buffers.take(this, lengthMax * bytesPerWord);
    this.view = this.#makeView();
    if (buffers.haveRoom) this.ensure(Math.min(stepBytesMin / bytesPerWord, lengthMax));
  }

  /** The bytes of some of the words, which other threads see, too. */
  bytes(at: number, count: number): Buffer {
    return Buffer.from(this.#buffer, at * bytesPerWord, count);
  }

  /** Makes room for `length` words. Throws {@link LimitError} when there may not be as many. */
  ensure(length: number): void {
    if (length > this.view.length) this.#grow(length);
  }

  refresh(): void {
    if (this.#buffer.byteLength !== this.view.byteLength) this.view = this.#makeView();
  }

  #grow(length: number): void {
    if (length > this.#lengthMax) throw new LimitError(this.#what, this.#lengthMax * bytesPerWord, 'bytes');
    const before = this.#buffer.byteLength;
    const needed = length * bytesPerWord;
    const step = Math.min(Math.max(before >>> 1, this.#stepBytesMin), stepBytesMax);
    const wanted = Math.min(before + step, before + this.#buffers.bytesLeft, this.#lengthMax * bytesPerWord);
    this.#buffers.grow(this.#buffer, Math.max(needed, wanted - (wanted % bytesPerWord)));
    this.view = this.#makeView();
  }

  #makeView(): Int32Array {
    return new Int32Array(this.#buffer, 0, this.#buffer.byteLength / bytesPerWord);
  }
}
