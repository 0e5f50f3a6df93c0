import { describe, expect, test } from 'vitest';
import { ReplayLog } from './replay-log.js';
import type { Position } from '../wire/position.js';

const frame = Buffer.alloc(10);
const forms = {
  'in frames': (log: ReplayLog, position: Position) => log.pushFrame(position, 'x', frame),
  'without frames': (log: ReplayLog, position: Position) =>
    log.push(position, 'x', { count: 1, bytes: frame.length, frames: () => [frame] }),
  'that are read from the frame in which they came': (log: ReplayLog, position: Position) => {
    const source = { frame: Buffer.from(frame), read: (kept: Uint8Array) => [kept] };
    log.push(position, 'x', { count: 1, bytes: frame.length, frames: () => [frame], source });
    source.frame.fill(1);
  },
};

describe.each(Object.entries(forms))('events %s', (_, pushOne) => {
  const newLog = (max = 100, bytesMax = 10_000) => {
    const log = new ReplayLog({ max, bytesMax });
    const push = (origin: string, n: number) => pushOne(log, { origin, n });
    const after = (since: Record<string, number>) => {
      const { publications, lost, lostUntil } = log.after(since);
      return { found: publications.map(({ origin, n }) => `${origin}${n}`), lost, lostUntil };
    };
    return { log, push, after };
  };

  test('what came after a position is given in the order in which it was published', () => {
    const { push, after, log } = newLog();
    push('a', 1);
    push('b', 1);
    push('a', 2);
    push('a', 5);
    push('b', 2);
    expect(after({ a: 1, b: 1 })).toEqual({ found: ['a2', 'a5', 'b2'], lost: 0, lostUntil: {} });
    expect(after({ a: 5, b: 2 })).toEqual({ found: [], lost: 0, lostUntil: {} });
    expect(log.positions).toEqual({ a: 5, b: 2 });
  });

  test('everything is new of a transmitter that was not known', () => {
    const { push, after } = newLog();
    push('a', 1);
    push('b', 1);
    expect(after({ a: 1 })).toEqual({ found: ['b1'], lost: 0, lostUntil: {} });
  });

  test('what is not kept any more is counted', () => {
    const { push, after } = newLog(2);
    for (let n = 1; n <= 5; n++) push('a', n);
    expect(after({ a: 1 })).toEqual({ found: ['a4', 'a5'], lost: 2, lostUntil: { a: 3 } });
    expect(after({ a: 3 })).toEqual({ found: ['a4', 'a5'], lost: 0, lostUntil: {} });
  });

  test('too many bytes are not kept either', () => {
    const { push, after } = newLog(100, 25);
    for (let n = 1; n <= 4; n++) push('a', n);
    expect(after({ a: 0 })).toEqual({ found: ['a3', 'a4'], lost: 2, lostUntil: { a: 2 } });
  });

  test('what came before this transmitter knew the other one is counted', () => {
    const { push, after, log } = newLog();
    log.startAt({ origin: 'a', n: 7 });
    push('a', 8);
    expect(after({ a: 5 })).toEqual({ found: ['a8'], lost: 2, lostUntil: { a: 7 } });
  });

  test('what a transmitter said that is gone for long is forgotten', () => {
    const { push, after, log } = newLog(1);
    push('a', 1);
    push('a', 2);
    log.forget('a');
    expect(after({})).toEqual({ found: [], lost: 0, lostUntil: {} });
    expect(log.positions).toEqual({});
    push('b', 1);
    expect(after({})).toEqual({ found: ['b1'], lost: 0, lostUntil: {} });
  });

  test('positions that are ahead, or of nobody, are no loss', () => {
    const { push, after } = newLog();
    push('a', 1);
    expect(after({ a: 9, z: 4 })).toEqual({ found: [], lost: 0, lostUntil: {} });
  });
});

test('events are read from a copy of the frame in which they came', () => {
  const log = new ReplayLog({ max: 3, bytesMax: 1000 });
  const frame = Buffer.from('ab');
  const read = (kept: Uint8Array) => Array.from(kept, (byte) => Uint8Array.of(byte));
  log.push({ origin: 'a', n: 2 }, 'x', { count: 2, bytes: 10, frames: () => [], source: { frame, read } });
  frame.fill(0);
  expect(log.after({}).publications.map((publication) => publication.frames())).toEqual([read(Buffer.from('ab'))]);
});

test('frames are as they came, though memory is used again', () => {
  const log = new ReplayLog({ max: 3, bytesMax: 1e9 });
  for (let n = 1; n <= 20; n++) log.pushFrame({ origin: 'a', n }, 'x', Buffer.alloc(100_000, n));
  const frames = log.after({}).publications.flatMap((publication) => publication.frames());
  expect(frames.map(({ length, 0: first }) => [length, first])).toEqual([18, 19, 20].map((n) => [100_000, n]));
});
