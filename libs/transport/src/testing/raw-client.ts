import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A Redis client that hides nothing: replies are given as they came over the wire, one character per byte. */
export class RawClient {
  readonly #socket: Socket;
  #received = '';
  #chunks = 0;
  #wake = (): void => undefined;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#received += chunk.toString('latin1');
      this.#chunks++;
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  static async connect(port: number, host = '127.0.0.1'): Promise<RawClient> {
    const socket = connect(port, host);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** How often something arrived. */
  get chunks(): number {
    return this.#chunks;
  }

  /** Whether the server has closed the connection. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** Sends a command as an array of bulk strings. */
  send(...args: (string | Buffer)[]): void {
    this.#socket.write(encodeCommand(args));
  }

  sendRaw(bytes: string | Buffer): void {
    this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** Sends a command and resolves with its reply. */
  async ask(...args: (string | Buffer)[]): Promise<string> {
    this.send(...args);
    return this.next();
  }

  /** A reply that has come already, if there is one. */
  take(): string | undefined {
    const end = replyEnd(this.#received, 0);
    if (end === undefined) return undefined;
    const reply = this.#received.slice(0, end);
    this.#received = this.#received.slice(end);
    return reply;
  }

  /** The next whole reply. */
  async next(): Promise<string> {
    for (;;) {
      const reply = this.take();
      if (reply !== undefined) return reply;
      if (this.#isClosed) throw new Error(`closed after ${JSON.stringify(this.#received)}`);
      await this.arrival();
    }
  }

  /** Resolves when something arrives or the connection is closed. */
  arrival(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** Everything that arrives until the server closes the connection. */
  async untilClosed(): Promise<string> {
    while (!this.#isClosed) await this.arrival();
    return this.#received;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** The replies that some text is made of, and what is left behind the last whole one. */
export function splitReplies(text: string): string[] {
  const replies: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = replyEnd(text, at) ?? text.length;
    replies.push(text.slice(at, end));
    at = end;
  }
  return replies;
}

export function encodeCommand(args: readonly (string | Buffer)[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = typeof arg === 'string' ? Buffer.from(arg, 'latin1') : arg;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** Where the reply that begins at `at` ends; `undefined` while it is not whole. */
function replyEnd(text: string, at: number): number | undefined {
  const lineEnd = text.indexOf('\r\n', at);
  if (lineEnd === -1) return undefined;
  const count = Number(text.slice(at + 1, lineEnd));
  let end: number | undefined = lineEnd + 2;
  switch (text[at]) {
    case '$':
    case '=':
      if (count >= 0) end += count + 2;
      return end <= text.length ? end : undefined;
    case '*':
    case '~':
    case '>':
    case '%':
      for (let left = text[at] === '%' ? count * 2 : count; left > 0 && end !== undefined; left--)
        end = replyEnd(text, end);
      return end;
    default:
      return end;
  }
}
