import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connectTo } from './raw-ws.js';

/** How long one message took, in seconds: until its answer began, and until all of it had come. */
export interface MessageTimes {
  readonly firstByte: number;
  readonly all: number;
  readonly answerBytes: number;
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

/** Sends a frame over a WebSocket of its own and waits for the one answer. */
export async function sendLong(url: string, frame: readonly Buffer[]): Promise<MessageTimes> {
  const socket = await connectTo(url);
  const began = performance.now();
  for (const part of frame) socket.write(part);
  const [first] = (await once(socket, 'data')) as [Buffer];
  const firstByte = (performance.now() - began) / 1000;
  const expected = frameBytes(first);
  if (expected < 1000) throw new Error(`unexpected answer: ${first.toString('latin1')}`);
  let received = first.length;
  while (received < expected) received += ((await once(socket, 'data')) as [Buffer])[0].length;
  socket.destroy();
  return { firstByte, all: (performance.now() - began) / 1000, answerBytes: expected };
}

/** The bytes of a frame that a server sent, from its beginning. */
function frameBytes(start: Buffer): number {
  const shortLength = start.readUInt8(1);
  if (shortLength < 126) return 2 + shortLength;
  return shortLength === 126 ? 4 + start.readUInt16BE(2) : 10 + Number(start.readBigUInt64BE(2));
}
