import { vi } from 'vitest';
import { wasmPageBytes } from '../store/memory/web-assembly.js';

/** What ends the thread that writes. */
class Death extends Error {
  override readonly name = 'Death';
}

/**
 * Lets a writer die at any of its writes to shared memory that grows, which is all that a store keeps: the write does not
 * happen, nor does any after it, whatever the writer tries.
 */
export class MortalMemory {
  #writes = 0;
  #deathAt = Infinity;

  /**
   * Does some work, and dies at the write with a number, the first being 1.
   *
   * @returns How many writes there were, that one included.
   */
  run(work: () => void, deathAt = Infinity): number {
    this.#writes = 0;
    this.#deathAt = deathAt;
    type Grow = (this: SharedArrayBuffer, length?: number) => void;
    const grow: Grow = Reflect.get(SharedArrayBuffer.prototype, 'grow');
    const count = (): void => this.#count();
    const growing = vi.spyOn(SharedArrayBuffer.prototype, 'grow').mockImplementation(function (
      this: SharedArrayBuffer,
      length,
    ) {
      count();
      grow.call(this, length);
    });
    vi.stubGlobal('Int32Array', new Proxy(Int32Array, { construct: (target, args) => this.#construct(target, args) }));
    try {
      work();
    } catch (error) {
      // Whoever caught it may have thrown something else since.
      if (this.#writes < this.#deathAt) throw error;
    } finally {
      growing.mockRestore();
      vi.unstubAllGlobals();
    }
    return this.#writes;
  }

  #construct(target: Int32ArrayConstructor, args: unknown[]): Int32Array {
    const view = Reflect.construct(target, args) as Int32Array;
    const [buffer] = args;
    if (!(buffer instanceof SharedArrayBuffer && (buffer.growable || isOfPages(buffer)))) return view;
    return new Proxy(view, {
      get: (words, key) => this.#get(words, key),
      set: (words, key, value) => {
        this.#count();
        return Reflect.set(words, key, value);
      },
    });
  }

  #get(words: Int32Array, key: string | symbol): unknown {
    const value = Reflect.get(words, key) as unknown;
    if (key === 'fill')
      return (word: number, from = 0, end = words.length) => {
        const middle = (from + end) >>> 1;
        this.#count();
        words.fill(word, from, middle);
        this.#count();
        words.fill(word, middle, end);
      };
    if (key === 'copyWithin')
      return (to: number, from: number, end: number) => {
        for (let i = 0; from + i < end; i++) {
          this.#count();
          words[to + i] = words[from + i] as number;
        }
      };
    return typeof value === 'function' ? (value.bind(words) as unknown) : value;
  }

  #count(): void {
    if (++this.#writes >= this.#deathAt) throw new Death(`died at write ${this.#deathAt}`);
  }
}

/** Whether it is memory of WebAssembly, of which a store has none that is shorter. */
function isOfPages({ byteLength }: SharedArrayBuffer): boolean {
  return byteLength >= wasmPageBytes;
}
