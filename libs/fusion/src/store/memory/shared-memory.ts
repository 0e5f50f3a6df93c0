/// <reference lib="es2024.sharedmemory" />
import { webAssembly, wasmPageBytes, type WasmMemory } from './web-assembly.js';

/** Memory that threads share, to be posted to them as it is, and that grows in its place: zeros until it is written. */
export type SharedMemory = SharedArrayBuffer | ScannedMemory;

/**
 * Memory that code of WebAssembly may read. That grows as well, but other threads learn of it late, and it takes longer the
 * more such memories there are: so this is as long as it may become from the beginning, and says how much of it is in use. The
 * rest takes addresses only.
 */
export interface ScannedMemory {
  readonly memory: WasmMemory;
  /** One word: the bytes in use. */
  readonly length: SharedArrayBuffer;
}

/** Memory without bytes that may grow to `bytesMax`. Throws `RangeError` when the system has no room of that length. */
export function reserveMemory(bytesMax: number): SharedArrayBuffer {
  return new SharedArrayBuffer(0, { maxByteLength: bytesMax });
}

/** Beyond, places in memory of WebAssembly would be negative numbers. */
const scannedBytesMax = 2 ** 31 - wasmPageBytes;

/** As {@link reserveMemory}, for WebAssembly to read, where the system has as many addresses as that takes. */
export function reserveScannedMemory(bytesMax: number): SharedMemory {
  if (bytesMax > scannedBytesMax) return reserveMemory(bytesMax);
  const pages = Math.ceil(bytesMax / wasmPageBytes);
  try {
    const memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return { memory, length: new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return reserveMemory(bytesMax);
  }
}

export function isScanned(memory: SharedMemory): memory is ScannedMemory {
  return !(memory instanceof SharedArrayBuffer);
}

/** How many bytes there are. */
export function lengthOf(memory: SharedMemory): number {
  return isScanned(memory) ? Atomics.load(new Uint32Array(memory.length), 0) : memory.byteLength;
}

/** The bytes that there are, and perhaps more. */
export function bufferOf(memory: SharedMemory): SharedArrayBuffer {
  return isScanned(memory) ? memory.memory.buffer : memory;
}

/** Makes it longer. Throws `RangeError` when there is no room. */
export function growMemory(memory: SharedMemory, byteLength: number): void {
  if (isScanned(memory)) Atomics.store(new Uint32Array(memory.length), 0, byteLength);
  else memory.grow(byteLength);
}
