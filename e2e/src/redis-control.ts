import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection to a Redis for commands that no client of ours has: one at a time, as words without spaces. */
export class RedisControl {
  readonly #socket: Socket;
  #text = '';
  /** Lets the command in hand look again. */
  #wake = (): void => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    // Whoever asks next is told.
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#wake();
    });
    socket.on('close', () => this.#wake());
  }

  static async connect(port: number): Promise<RedisControl> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RedisControl(socket);
  }

  /** Sends a command; resolves with the reply as text, that of an array in lines. */
  async send(...words: string[]): Promise<string> {
    this.#text = '';
    this.#socket.write(`${words.join(' ')}\r\n`);
    for (;;) {
      const reply = replyOf(this.#text);
      if (reply !== undefined) return reply;
      if (this.#socket.destroyed) throw new Error('the Redis is gone');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The connections of all other clients, by their numbers. */
  async clients(): Promise<{ readonly id: string; readonly command: string }[]> {
    const own = await this.send('CLIENT', 'ID');
    const lines = (await this.send('CLIENT', 'LIST')).split('\n');
    return lines.flatMap((line) => {
      const id = /^id=(\d+) /.exec(line)?.[1];
      return id === undefined || `:${id}` === own ? [] : [{ id, command: / cmd=(\S+)/.exec(line)?.[1] ?? '' }];
    });
  }

  /** All keys. */
  async keys(): Promise<string[]> {
    return (await this.send('KEYS', '*')).split('\n').filter(Boolean);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** The reply at the beginning of a text, those of an array in lines; `undefined` while it is not whole. */
function replyOf(text: string): string | undefined {
  const end = text.indexOf('\r\n');
  if (end < 0) return undefined;
  const line = text.slice(0, end);
  if (line.startsWith('*')) return bulksOf(text.slice(end + 2), Number(line.slice(1)))?.join('\n');
  return line.startsWith('$') ? bulksOf(text, 1)?.join('') : line;
}

function bulksOf(text: string, count: number): string[] | undefined {
  const bulks: string[] = [];
  let rest = text;
  while (bulks.length < count) {
    const bytes = /^\$(-?\d+)\r\n/.exec(rest);
    if (!bytes) return undefined;
    const begin = bytes[0].length;
    const length = Math.max(Number(bytes[1]), 0);
    if (rest.length < begin + length + 2) return undefined;
    bulks.push(rest.slice(begin, begin + length));
    rest = rest.slice(begin + length + 2);
  }
  return bulks;
}
