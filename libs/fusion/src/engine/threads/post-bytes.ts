import type { MessagePort } from 'node:worker_threads';

/** Hands bytes over to the other side of a port; copied only where they are a part of a larger buffer. */
export function postBytes(port: MessagePort, bytes: Uint8Array): void {
  const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  port.postMessage(own, [own.buffer as ArrayBuffer]);
}
