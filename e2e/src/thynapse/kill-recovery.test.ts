import { expect, test } from 'vitest';
import { readNote } from './kill-judge.js';
import { recoveryOf } from './kill-recovery.js';

/** `WHO ATMS WHAT FACTS...` in each line. */
function logOf(lines: readonly string[], killed: readonly string[] = []) {
  const notes = lines.map((line) => {
    const at = line.indexOf(' ');
    return readNote(line.slice(0, at), line.slice(at + 1))!;
  });
  return { notes, killed: new Set(killed) };
}

const lines = [
  's1 0 welcome T1',
  's2 0 welcome T2',
  's1 1 accepted a',
  's2 2 accepted b',
  'w1 3 handled b',
  's2 11 answer b x',
  's2 15 welcome T1',
  's1 12 accepted c',
  'w1 13 handled c',
  's1 14 answer c x',
  'w1 19 handled a',
  's1 20 answer a x',
  's1 21 answer d x',
  's2 22 answer e x',
];

test('answers flow again when every sender that a kill concerned has had one', () => {
  expect(recoveryOf(logOf(lines), { atMs: 10 }).flowsAgainMs).toBe(4);
  expect(recoveryOf(logOf(lines), { atMs: 10, transmitter: 'T2' }).flowsAgainMs).toBe(12);
  expect(recoveryOf(logOf(lines), { atMs: 10, transmitter: 'T3' }).flowsAgainMs).toBeUndefined();
  expect(recoveryOf(logOf(lines, ['s1']), { atMs: 10 }).flowsAgainMs).toBe(1);
});

test('what was accepted before is caught up with when the last of it is handled', () => {
  expect(recoveryOf(logOf(lines), { atMs: 10 }).caughtUpMs).toBe(9);
  expect(recoveryOf(logOf(lines), { atMs: 2.5 }).caughtUpMs).toBe(16.5);
  expect(recoveryOf(logOf(lines), { atMs: 19 }).caughtUpMs).toBe(0);
});
