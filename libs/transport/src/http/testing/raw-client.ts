import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP client that sends bytes as they are: for requests that no HTTP library would send. */
export class RawClient {
  readonly socket: Socket;
  /** Resolves when the connection is gone, with everything that was received. */
  readonly closed: Promise<string>;
  #received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve(this.#received)));
    socket.setEncoding('latin1').on('data', (text: string) => (this.#received += text));
    // A reset is one of the ways a server ends a connection.
    socket.on('error', () => undefined);
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1' });
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  write(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  /** Everything received so far, as soon as the pattern is in it; rejects when the connection ends without. */
  async received(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.socket.destroyed) throw new Error(`the connection ended after ${JSON.stringify(this.#received)}`);
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
    return this.#received;
  }
}

/** Sends bytes and resolves with all that comes back until the server closes the connection. */
export async function exchange(port: number, text: string | Buffer): Promise<string> {
  const client = await RawClient.connect(port);
  client.write(text);
  return client.closed;
}

/** Status and parsed JSON body of one raw answer. */
export function readAnswer(text: string): { status: number; headers: string; body: unknown } {
  const [headers = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(headers.slice(9, 12)), headers: headers.toLowerCase(), body: JSON.parse(body) };
}
