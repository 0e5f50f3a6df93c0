import type { Message } from '../sockets.js';

interface Receiver {
  readonly closed: boolean;
  receive(): Promise<Uint8Array[]>;
}

/**
 * Hands over every message until the socket is closed. zeromq.js answers at once while messages are there and lets
 * the process breathe after 512 of them.
 */
export async function receiveAll(socket: Receiver, onMessage: (message: Message) => void): Promise<void> {
  try {
    while (!socket.closed) onMessage(await socket.receive());
  } catch (error) {
    // A receive that waits when the socket is closed ends with an error.
    if (!socket.closed) throw error;
  }
}
