import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';

/** A text message as a client sends it: one frame, masked with a key of its own. */
export function textFrame(text: string): Buffer {
  const data = Buffer.from(text);
  const length = data.length < 126 ? Buffer.of(data.length) : Buffer.of(126, data.length >> 8, data.length & 255);
  if (data.length > 0xffff) throw new Error(`a message of ${data.length} bytes`);
  const key = randomBytes(4);
  length[0] = (length[0] ?? 0) | 0x80;
  for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) ^ (key[i & 3] ?? 0);
  return Buffer.concat([Buffer.of(0x81), length, key, data]);
}

/** One WebSocket with as little client work as possible: frames are sent as they are given. */
export class RawWs {
  readonly #socket: Socket;
  #kept: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** `onTexts` is told the text messages of each read. */
  static async open(url: string, onTexts: (texts: readonly string[]) => void): Promise<RawWs> {
    const { hostname, port, pathname, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString().startsWith('HTTP/1.1 101 ')) throw new Error(`unexpected answer: ${answer.toString()}`);
    const ws = new RawWs(socket);
    socket.on('data', (chunk) => onTexts(ws.#read(chunk)));
    return ws;
  }

  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): string[] {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    const texts: string[] = [];
    let at = 0;
    while (bytes.length - at >= 10) {
      const shortLength = bytes.readUInt8(at + 1);
      const head = shortLength < 126 ? 2 : shortLength === 126 ? 4 : 10;
      const length =
        head === 2 ? shortLength : head === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
      const end = at + head + length;
      if (end > bytes.length) break;
      // What is no text is a ping, which the server sends twice before it minds.
      if (bytes[at] === 0x81) texts.push(bytes.toString('latin1', at + head, end));
      at = end;
    }
    this.#kept = bytes.subarray(at);
    return texts;
  }
}
