import { decodeFrame } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { readRunData, readRunHead } from './event-run.js';
import { RunWriter } from './run-writer.js';
import { thid } from '../testing/transmitter-driver.js';

const tick = () => new Promise((resolve) => setImmediate(resolve));

function start() {
  const sent: string[] = [];
  const writer = new RunWriter(thid('c'), (run) => {
    const head = readRunHead(decodeFrame(run));
    sent.push(`${head.channel} ${head.seq} ${readRunData(decodeFrame(run), head).join(',')}`);
  });
  return { writer, sent };
}

describe('unconfirmed events', () => {
  test('go out at once when there was none before, and together when many come', async () => {
    const { writer, sent } = start();
    for (let seq = 1; seq <= 4; seq++) writer.add('x', seq, 0, String(seq * 10));
    expect(sent).toEqual(['x 1 10']);
    await tick();
    expect(sent).toEqual(['x 1 10', 'x 2 20,30,40']);
    // A tick without any, and the next one is alone again.
    await tick();
    await tick();
    writer.add('x', 5, 0, '50');
    expect(sent.at(-1)).toBe('x 5 50');
    writer.close();
  });

  test('keep their order over channels, times and what was sent in between', () => {
    const { writer, sent } = start();
    writer.add('x', 1, 0, '1');
    writer.add('x', 2, 0, '2');
    writer.add('y', 3, 0, '3');
    writer.add('y', 5, 0, '5');
    writer.add('y', 6, 1, '6');
    writer.close();
    expect(sent).toEqual(['x 1 1', 'x 2 2', 'y 3 3', 'y 5 5', 'y 6 6']);
  });

  test('do not wait for more when there is much', () => {
    const { writer, sent } = start();
    writer.add('x', 1, 0, '1');
    writer.add('x', 2, 0, '2');
    writer.add('x', 3, 0, JSON.stringify('z'.repeat(50_000)));
    expect(sent).toHaveLength(2);
    writer.close();
  });
});
