import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { headBytesAt, payloadBytesAt } from './message-end.js';

/** A text message as a client sends it: one frame, masked with a key of its own. */
export function textFrame(text: string): Buffer {
  const data = Buffer.from(text);
  const length = data.length < 126 ? Buffer.of(data.length) : Buffer.of(126, data.length >> 8, data.length & 255);
  if (data.length > 0xffff) throw new Error(`a message of ${data.length} bytes`);
  const key = randomBytes(4);
  length[0] = (length[0] ?? 0) | 0x80;
  for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) ^ (key[i & 3] ?? 0);
  return Buffer.concat([Buffer.of(textByte), length, key, data]);
}

/** First byte of a frame that is a whole text. */
const textByte = 0x81;

/** First byte of a ping, which servers send now and then, and twice before they mind that there is no answer. */
const pingByte = 0x89;

/** Ours have no payload. */
const pingBytes = 2;

/** One WebSocket with as little client work as possible: frames are sent as they are given. */
export class RawWs {
  readonly #socket: Socket;
  #kept: Buffer = Buffer.alloc(0);
  /** The first of the answers that are counted. */
  #first: Buffer | undefined;
  /** How much of a frame is still to come that began with the last read, and whether it is an answer. */
  #left = 0;
  #isAnswer = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** `onTexts` is told the text messages of each read. */
  static async open(url: string, onTexts: (texts: readonly string[]) => void): Promise<RawWs> {
    const socket = await connectTo(url);
    const ws = new RawWs(socket);
    socket.on('data', (chunk) => onTexts(ws.#read(chunk)));
    return ws;
  }

  /**
   * For answers that are all the same text, which has to contain `answer`: `onTexts` is told how many came. Of each only
   * the head is looked at.
   */
  static async openCounting(url: string, answer: string, onTexts: (count: number) => void): Promise<RawWs> {
    const socket = await connectTo(url);
    const ws = new RawWs(socket);
    socket.on('data', (chunk) => {
      const count = ws.#count(chunk, answer);
      if (count > 0) onTexts(count);
    });
    return ws;
  }

  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  close(): void {
    this.#socket.destroy();
  }

  #count(chunk: Buffer, answer: string): number {
    let at = this.#left;
    let count = at > 0 && at <= chunk.length && this.#isAnswer ? 1 : 0;
    while (at < chunk.length) {
      this.#isAnswer = chunk[at] !== pingByte;
      at += this.#isAnswer ? this.#answerBytes(chunk, at, answer) : pingBytes;
      if (this.#isAnswer && at <= chunk.length) count++;
    }
    this.#left = at - chunk.length;
    return count;
  }

  /** How long the answer is that begins at a place. */
  #answerBytes(chunk: Buffer, at: number, answer: string): number {
    const first = (this.#first ??= firstFrame(chunk.subarray(at), answer));
    if (chunk[at] !== first[0] || (at + 1 < chunk.length && chunk[at + 1] !== first[1]))
      throw new Error(`unexpected answer: ${chunk.toString('latin1', at, at + 200)}`);
    return first.length;
  }

  #read(chunk: Buffer): string[] {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    const texts: string[] = [];
    let at = 0;
    while (bytes.length - at >= 10) {
      const { start, end } = frameAt(bytes, at);
      if (end > bytes.length) break;
      // What is no text is a ping.
      if (bytes[at] === textByte) texts.push(bytes.toString('latin1', start, end));
      at = end;
    }
    this.#kept = bytes.subarray(at);
    return texts;
  }
}

/** A socket on which a WebSocket has been opened. */
export async function connectTo(url: string): Promise<Socket> {
  const { hostname, port, pathname, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (!answer.toString().startsWith('HTTP/1.1 101 ')) throw new Error(`unexpected answer: ${answer.toString()}`);
  return socket;
}

/** Where the payload of the frame at a place starts and ends; of the frame, ten bytes or all have to be there. */
function frameAt(bytes: Buffer, at: number): { readonly start: number; readonly end: number } {
  const headBytes = headBytesAt(bytes, at);
  const start = at + headBytes;
  return { start, end: start + payloadBytesAt(bytes, at, headBytes) };
}

function firstFrame(chunk: Buffer, answer: string): Buffer {
  const { start, end } = frameAt(chunk, 0);
  const text = chunk.toString('latin1', start, end);
  if (chunk[0] !== textByte || end > chunk.length || !text.includes(answer))
    throw new Error(`unexpected answer: ${text}`);
  return Buffer.from(chunk.subarray(0, end));
}
