import { encodeFrame } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { isBatch } from './batch.js';
import { FrameBatcher } from './frame-batcher.js';

const tick = () => new Promise((resolve) => setImmediate(resolve));
const frame = encodeFrame('J', 'PING', {});

function start(takesBatches: boolean) {
  const sent: string[] = [];
  const batcher = new FrameBatcher({
    takesBatches: () => takesBatches,
    send: (message) => sent.push(message.map((one) => (isBatch(one) ? 'batch' : 'frame')).join(' ')),
  });
  return { batcher, sent };
}

describe('commands to one peer', () => {
  test('go out at the end of their turn of the event loop: those of one turn together', async () => {
    const { batcher, sent } = start(true);
    for (let i = 0; i < 3; i++) batcher.push(frame);
    expect(sent).toEqual([]);
    await tick();
    expect(sent).toEqual(['batch']);
    batcher.push(frame);
    await tick();
    expect(sent).toEqual(['batch', 'frame']);
  });

  test('go out one by one to who knows no batches', () => {
    const { batcher, sent } = start(false);
    for (let i = 0; i < 3; i++) batcher.push(frame);
    expect(sent).toEqual(['frame', 'frame', 'frame']);
    batcher.clear();
  });

  test('that wait can be dropped', async () => {
    const { batcher, sent } = start(true);
    batcher.push(frame);
    batcher.clear();
    await tick();
    expect(sent).toEqual([]);
  });
});
