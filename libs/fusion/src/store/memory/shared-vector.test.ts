import { LimitError } from '@syncytium/kit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ChangeCounters } from './change-counters.js';
import { SharedBuffers } from './shared-buffers.js';
import { SharedVector } from './shared-vector.js';

test('words keep their values and are 0 until written, however often the vector grows', () => {
  const vector = new SharedVector(new SharedBuffers(new ChangeCounters()), 'words', 10_000_000);
  for (let length = 1; length < 5_000_000; length *= 3) {
    vector.ensure(length);
    vector.view[length - 1] = length;
  }
  for (let length = 1; length < 5_000_000; length *= 3) expect(vector.view[length - 1]).toBe(length);
  expect(vector.view[1]).toBe(0);
});

test('growth goes by half as much again, not word by word', () => {
  const counters = new ChangeCounters();
  const vector = new SharedVector(new SharedBuffers(counters), 'words', 10_000_000);
  for (let length = 1; length <= 1_000_000; length++) vector.ensure(length);
  expect(counters.growths).toBeGreaterThan(3);
  expect(counters.growths).toBeLessThan(20);
});

test('growth is told when it has happened, for who is told looks only once', () => {
  const counters = new ChangeCounters();
  const vector = new SharedVector(new SharedBuffers(counters), 'words', 10_000_000);
  const growthsMeanwhile: number[] = [];
  type Grow = (this: SharedArrayBuffer, length?: number) => void;
  const grow: Grow = Reflect.get(SharedArrayBuffer.prototype, 'grow');
  vi.spyOn(SharedArrayBuffer.prototype, 'grow').mockImplementation(function (this: SharedArrayBuffer, length) {
    growthsMeanwhile.push(counters.growths);
    grow.call(this, length);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  vector.ensure(100);
  expect(growthsMeanwhile).toEqual([0]);
  expect(counters.growths).toBe(1);
});

test('more words than allowed are refused by name, and those there are stay', () => {
  const vector = new SharedVector(new SharedBuffers(new ChangeCounters()), 'texts of name', 100);
  vector.ensure(100);
  vector.view[99] = 7;
  expect(() => vector.ensure(101)).toThrow(new LimitError('texts of name', 400, 'bytes'));
  expect([vector.view.length, vector.view[99]]).toEqual([100, 7]);
});

test('what has attached sees growth after it has refreshed', () => {
  const counters = new ChangeCounters();
  const own = new SharedBuffers(counters);
  const vector = new SharedVector(own, 'words', 1_000_000);
  const buffers = new SharedBuffers(counters, own.taken);
  const other = new SharedVector(buffers, 'words', 1_000_000);
  vector.ensure(5);
  vector.view[4] = 5;
  expect(other.view.length).toBe(0);
  buffers.refresh();
  expect(other.view[4]).toBe(5);
  expect(() => new SharedVector(buffers, 'words', 1)).toThrow('only 1 shared buffers have been given');
});

test('what cannot be reserved is a clear error', () => {
  const buffers = new SharedBuffers(new ChangeCounters());
  expect(() => new SharedVector(buffers, 'words', 2 ** 52)).toThrow(LimitError);
});
