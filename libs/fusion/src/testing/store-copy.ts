import { bufferOf, growMemory, isScanned, lengthOf, reserveScannedMemory } from '../store/memory/shared-memory.js';
import type { SharedMemory } from '../store/memory/shared-memory.js';
import type { StoreLayout } from '../store/store.js';

/** The same store in other memory. */
export function copyLayout(layout: StoreLayout): StoreLayout {
  return {
    ...layout,
    tables: layout.tables.map(({ buffers, indexes }) => ({
      buffers: buffers.map(copyMemory),
      indexes: new Map(Array.from(indexes, ([position, some]) => [position, some.map(copyMemory)])),
    })),
    counters: copyBuffer(layout.counters),
    journal: copyBuffer(layout.journal),
  };
}

function copyMemory(memory: SharedMemory): SharedMemory {
  if (!isScanned(memory)) return copyBuffer(memory);
  const copy = reserveScannedMemory(bufferOf(memory).byteLength);
  const length = lengthOf(memory);
  growMemory(copy, length);
  new Uint8Array(bufferOf(copy)).set(new Uint8Array(bufferOf(memory), 0, length));
  return copy;
}

function copyBuffer(buffer: SharedArrayBuffer): SharedArrayBuffer {
  const { byteLength, growable, maxByteLength } = buffer;
  const copy = growable ? new SharedArrayBuffer(byteLength, { maxByteLength }) : new SharedArrayBuffer(byteLength);
  new Uint8Array(copy).set(new Uint8Array(buffer));
  return copy;
}
