import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { MessageEnd } from './message-end.js';
import { connectTo } from './raw-ws.js';

/** How long one message took, in seconds: until its answer began, and until all of it had come. */
export interface MessageTimes {
  readonly firstByte: number;
  readonly all: number;
  /** What came first of the answer, in ASCII, with the head of its frame. */
  readonly start: string;
}

/** A client's frame, which is masked, of a text however long. The text is masked where it is. */
export function longFrame(text: Buffer): readonly Buffer[] {
  const key = randomBytes(4);
  const head = Buffer.alloc(14);
  head[0] = 0x81;
  head[1] = 0xff;
  head.writeBigUInt64BE(BigInt(text.length), 2);
  head.set(key, 10);
  for (let i = 0; i < text.length; i++) text[i] = (text[i] as number) ^ (key[i & 3] as number);
  return [head, text];
}

/** Sends a frame over a WebSocket of its own and waits for the one answer, which may come in several frames. */
export async function sendLong(url: string, frame: readonly Buffer[]): Promise<MessageTimes> {
  const socket = await connectTo(url);
  const began = performance.now();
  for (const part of frame) socket.write(part);
  const [first] = (await once(socket, 'data')) as [Buffer];
  const firstByte = (performance.now() - began) / 1000;
  const end = new MessageEnd();
  for (let chunk = first; !end.pass(chunk);) [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return { firstByte, all: (performance.now() - began) / 1000, start: first.toString('latin1', 0, 200) };
}
