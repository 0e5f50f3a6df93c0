import { expect, test } from 'vitest';
import { thid } from '../testing/transmitter-driver.js';
import { EntryLog } from './entry-log.js';

const entry = { type: 'left', id: thid('c') } as const;

test('[T-25] what somebody has not got is kept, and of what all have only the last', () => {
  const log = new EntryLog(3);
  for (let n = 1; n <= 10; n++) log.push(n, entry);
  log.trim(5);
  expect([log.size, log.get(5), log.get(6)]).toEqual([5, undefined, entry]);
  log.trim(Infinity);
  expect([log.size, log.get(7), log.get(8), log.get(10)]).toEqual([3, undefined, entry, entry]);
});

test('[T-25] of large entries fewer are kept, and too many make it full', () => {
  const log = new EntryLog(1000);
  const bytes = new Uint8Array(8 * 1024 * 1024);
  const event = { type: 'event', bytes, wantsAnswer: false, tasks: [], ended: [], answers: [], copy: false } as const;
  for (let n = 1; n <= 31; n++) log.push(n, event);
  expect(log.isFull).toBe(false);
  log.push(32, event);
  expect(log.isFull).toBe(true);
  log.trim(0);
  expect([log.isFull, log.size]).toEqual([false, 31]);
  log.trim(Infinity);
  expect(log.size).toBe(1);
});
