import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection to a server under test, for bytes that no HTTP client would send. */
export interface RawConnection {
  readonly socket: Socket;
  write(bytes: string | Uint8Array): void;
  /** Everything that the server says until it ends the connection. */
  readonly closed: Promise<string>;
}

export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // A server that refuses may cut the connection while it is written to.
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => {
    const end = (): void => {
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('latin1'));
    };
    socket.once('end', end).once('close', end);
  });
  await once(socket, 'connect');
  return { socket, write: (bytes) => void socket.write(bytes), closed };
}

/** Sends bytes and nothing more, and resolves with all that the server says to them. */
export async function sendRaw(url: string, bytes: string | Uint8Array): Promise<string> {
  const connection = await openRaw(url);
  connection.write(bytes);
  connection.socket.end();
  return connection.closed;
}
