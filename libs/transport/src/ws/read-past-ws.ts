import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { FrameReader, type FrameReaderOptions } from './frame-reader.js';

interface ReadPastWsOptions extends FrameReaderOptions {
  readonly ws: WebSocket;
  /** The socket underneath, to which ws listens. */
  readonly socket: Socket;
}

/**
 * Takes plain messages from the socket by a shorter way than that of ws, which makes several buffers and events of each.
 * Everything else goes to ws as it came, which answers pings, puts parts together, and refuses what breaks the rules; for
 * connections without compression. To be called before anything can arrive.
 */
export function readPastWs({ ws, socket, onOther, ...options }: ReadPastWsOptions): void {
  const wsListeners = socket.listeners('data');
  socket.removeAllListeners('data');
  const reader = new FrameReader({
    ...options,
    onOther(bytes) {
      onOther(bytes);
      for (const listener of wsListeners) Reflect.apply(listener, socket, [bytes]);
    },
  });
  const read = (chunk: Buffer): void => reader.read(chunk);
  socket.on('data', read);
  // Before ws, which then reads by itself what is left in the socket.
  const end = (): void => {
    socket.off('data', read);
    reader.end();
  };
  socket.prependListener('end', end);
  socket.prependListener('close', end);
  ws.on('error', () => reader.stop());
}
