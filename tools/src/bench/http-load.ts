import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** One keep-alive connection with one request under way at a time, with as little client work as possible. */
export class HttpConnection {
  readonly #socket: Socket;
  #buffered: Buffer = Buffer.alloc(0);
  #answer: ((body: string) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#read(data));
    socket.on('close', () => this.#fail?.(new Error('the server closed the connection')));
    socket.on('error', (error) => this.#fail?.(error));
  }

  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  /** Resolves with the body of a 200; everything else rejects. */
  get(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
      this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    });
  }

  close(): void {
    this.#fail = undefined;
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    this.#buffered = this.#buffered.length === 0 ? data : Buffer.concat([this.#buffered, data]);
    const end = this.#buffered.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#buffered.toString('latin1', 0, end);
    const [, length] = /content-length: (\d+)/i.exec(head) ?? [];
    if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
      this.#fail?.(new Error(`unexpected answer: ${this.#buffered.toString()}`));
      return;
    }
    const bodyEnd = end + 4 + Number(length);
    if (this.#buffered.length < bodyEnd) return;
    const body = this.#buffered.toString('utf8', end + 4, bodyEnd);
    this.#buffered = this.#buffered.subarray(bodyEnd);
    this.#answer?.(body);
  }
}
