import type { StoreLayout } from '../store/store.js';

/** The same store in other memory. */
export function copyLayout(layout: StoreLayout): StoreLayout {
  return {
    ...layout,
    tables: layout.tables.map(({ buffers, indexes }) => ({
      buffers: buffers.map(copyBuffer),
      indexes: new Map(Array.from(indexes, ([position, some]) => [position, some.map(copyBuffer)])),
    })),
    counters: copyBuffer(layout.counters),
    journal: copyBuffer(layout.journal),
  };
}

function copyBuffer(buffer: SharedArrayBuffer): SharedArrayBuffer {
  const { byteLength, growable, maxByteLength } = buffer;
  const copy = growable ? new SharedArrayBuffer(byteLength, { maxByteLength }) : new SharedArrayBuffer(byteLength);
  new Uint8Array(copy).set(new Uint8Array(buffer));
  return copy;
}
