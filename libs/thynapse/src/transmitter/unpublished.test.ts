import type { Message } from '@syncytium/transport';
import { expect, test } from 'vitest';
import { Unpublished } from './unpublished.js';

function start(bytesMax: number) {
  const queue = new Unpublished(bytesMax);
  const sent: string[] = [];
  const send = (max: number) => (message: Message) => {
    if (sent.length >= max) return false;
    sent.push(message.map((frame) => Buffer.from(frame).toString()).join(' '));
    return true;
  };
  return { queue, sent, send, add: (...frames: string[]) => queue.add(frames.map((frame) => Buffer.from(frame))) };
}

test('what waits is sent in its order, as far as there is room', () => {
  const { queue, sent, send, add } = start(100);
  for (const name of ['a', 'b', 'c']) add(name, 'data');
  queue.flush(send(2));
  expect([sent, queue.size]).toEqual([['a data', 'b data'], 1]);
  queue.flush(send(9));
  expect([sent.at(-1), queue.size, queue.dropped]).toEqual(['c data', 0, 0]);
});

test('what is more than so many bytes is dropped and counted, and there is room again when some are sent', () => {
  const { queue, sent, send, add } = start(10);
  add('12345');
  add('123', '45');
  add('x');
  expect([queue.size, queue.dropped]).toEqual([2, 1]);
  queue.flush(send(1));
  add('y');
  queue.flush(send(9));
  expect([sent, queue.dropped]).toEqual([['12345', '123 45', 'y'], 1]);
});

test('a single message may be larger', () => {
  const { queue, add } = start(10);
  add('12345678901');
  expect([queue.size, queue.dropped]).toEqual([1, 0]);
});
