import { decodeFrame, encodeFrame, json, messagePack, type Encoding } from '@syncytium/codec';
import { busyLoop } from '../busy-loop.js';
import type { BenchEntry, Contender } from '../entry.js';

const event = { channel: 'shop::order::paid', id: 'f'.repeat(40), data: { order: 17, total: 99.5, items: ['a', 'b'] } };

/** Frames of commands there and back, beside V8's JSON alone. */
const codecFrames: BenchEntry = {
  name: 'codec/frames',
  question: 'what does a command cost that is put into a frame and read from it again?',
  unit: 'frames',
  prepare: () => {
    const throughFrame = (code: 'J' | 'M') => (): void => {
      const { channel } = decodeFrame(encodeFrame(code, 'EVNT', event)).decode() as typeof event;
      if (channel !== event.channel) throw new Error('another channel came back');
    };
    return Promise.resolve([
      contender('JSON', 'ours', throughFrame('J')),
      contender('MessagePack', 'ours', throughFrame('M')),
      contender('JSON.stringify and JSON.parse', 'limit', () => {
        const { channel } = JSON.parse(Buffer.from(JSON.stringify(event)).toString()) as typeof event;
        if (channel !== event.channel) throw new Error('another channel came back');
      }),
    ]);
  },
};

/** Arrays of numbers there and back. */
const codecNumbers: BenchEntry = {
  name: 'codec/numbers',
  question: 'what do 10,000 doubles cost, there and back?',
  unit: 'arrays',
  prepare: () => {
    const plain = Array.from({ length: 10_000 }, (_, i) => i / 7);
    const typed = Float64Array.from(plain);
    const through = (encoding: Encoding, value: unknown) => (): void => {
      const { length } = encoding.decode(encoding.encode(value)) as typeof plain;
      if (length !== plain.length) throw new Error('numbers are missing');
    };
    return Promise.resolve([
      contender('JSON', 'ours', through(json, plain)),
      contender('MessagePack', 'ours', through(messagePack, plain)),
      contender('MessagePack, Float64Array', 'ours', through(messagePack, typed)),
      contender('a copy', 'limit', () => void typed.slice()),
    ]);
  },
};

function contender(name: string, role: Contender['role'], operation: () => void): Contender {
  return { name, role, run: (seconds) => Promise.resolve(busyLoop(seconds, 100, operation)) };
}

export const codec: readonly BenchEntry[] = [codecFrames, codecNumbers];
