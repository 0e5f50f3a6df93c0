import { decodeFrame } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { dataOfRun, readRunHead } from './event-run.js';
import { runItem } from './run-data.js';
import { RunWriter } from './run-writer.js';
import { thid } from '../testing/transmitter-driver.js';

const tick = () => new Promise((resolve) => setImmediate(resolve));

function start() {
  const sent: string[] = [];
  const writer = new RunWriter(thid('c'), (run) => {
    const head = readRunHead(decodeFrame(run));
    sent.push(`${head.channel} ${head.seq} ${dataOfRun(decodeFrame(run), head).join(',')}`);
  });
  return { writer, sent };
}

describe('unconfirmed events', () => {
  test('go out at once when there was none before, and together when many come', async () => {
    const { writer, sent } = start();
    for (let seq = 1; seq <= 4; seq++) writer.add('x', seq, 0, runItem(seq * 10));
    expect(sent).toEqual(['x 1 10']);
    await tick();
    expect(sent).toEqual(['x 1 10', 'x 2 20,30,40']);
    // A tick without any, and the next one is alone again.
    await tick();
    await tick();
    writer.add('x', 5, 0, runItem(50));
    expect(sent.at(-1)).toBe('x 5 50');
    writer.close();
  });

  test('keep their order over channels, times and what was sent in between', () => {
    const { writer, sent } = start();
    writer.add('x', 1, 0, runItem(1));
    writer.add('x', 2, 0, runItem(2));
    writer.add('y', 3, 0, runItem(3));
    writer.add('y', 5, 0, runItem(5));
    writer.add('y', 6, 1, runItem(6));
    writer.close();
    expect(sent).toEqual(['x 1 1', 'x 2 2', 'y 3 3', 'y 5 5', 'y 6 6']);
  });

  test('travel with others of their form', () => {
    const { writer, sent } = start();
    writer.add('x', 1, 0, runItem(1));
    for (const [i, data] of [2, 'a', 'b', Buffer.from('c'), '"'].entries()) writer.add('x', 2 + i, 0, runItem(data));
    writer.close();
    expect(sent).toEqual(['x 1 1', 'x 2 2', 'x 3 a,b', 'x 5 c', 'x 6 "']);
  });

  test('are bytes as they were when they were sent, though their owner goes on using them', () => {
    const { writer, sent } = start();
    const bytes = Buffer.alloc(30_000);
    for (let seq = 1; seq <= 7; seq++) writer.add('x', seq, 0, runItem(bytes.fill(`${seq}`)));
    bytes.fill('z');
    writer.close();
    const all = sent.flatMap((run) => run.split(' ')[2]?.split(',') ?? []);
    expect(all).toEqual([1, 2, 3, 4, 5, 6, 7].map((seq) => `${seq}`.repeat(30_000)));
  });

  test('that no form carries are refused', () => {
    expect(() => runItem('\ud800')).toThrow(expect.objectContaining({ code: 'encode_lone_surrogate' }) as Error);
    for (const much of [new Uint8Array(8_000_000), '\0'.repeat(1_500_000)])
      expect(() => runItem(much)).toThrow(expect.objectContaining({ code: 'encode_too_large' }) as Error);
  });

  test('do not wait for more when there is much', () => {
    const { writer, sent } = start();
    writer.add('x', 1, 0, runItem(1));
    writer.add('x', 2, 0, runItem(2));
    writer.add('x', 3, 0, runItem(['z'.repeat(120_000)]));
    expect(sent).toHaveLength(2);
    writer.close();
  });
});
