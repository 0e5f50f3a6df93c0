import { collectGarbage } from '@syncytium/kit';
import type { StoreLayout } from '../store/store.js';
import { lengthOf } from '../store/memory/shared-memory.js';

/** As much memory has to be gone, in bytes, before it is worth a collection of garbage, which takes some milliseconds. */
const goneBytesMin = 16 * 2 ** 20;

/**
 * Gives back the memory of classes and indexes that are gone. It is the system's again when no thread refers to it, and V8
 * finds that out when it collects garbage: after hours perhaps, for it does not count shared memory. Every thread that knows
 * a layout has one of these.
 */
export class GoneMemory {
  #layout: StoreLayout;
  #bytes = 0;

  constructor(layout: StoreLayout) {
    this.#layout = layout;
  }

  /** The layout that the thread knows. */
  get layout(): StoreLayout {
    return this.#layout;
  }

  set layout(layout: StoreLayout) {
    this.#bytes += Math.max(0, bytesOf(this.#layout) - bytesOf(layout));
    this.#layout = layout;
  }

  /** To be called when nothing of this thread refers to earlier layouts, or a store attached to them, any more. */
  giveBack(): void {
    if (this.#bytes < goneBytesMin) return;
    this.#bytes = 0;
    collectGarbage('all');
  }
}

function bytesOf({ tables }: StoreLayout): number {
  let bytes = 0;
  for (const { buffers, indexes } of tables)
    for (const memories of [buffers, ...indexes.values()]) for (const memory of memories) bytes += lengthOf(memory);
  return bytes;
}
