import { LimitError } from '@syncytium/kit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { MemoryLimitError } from '../../errors.js';
import { ChangeCounters } from './change-counters.js';
import { SharedBuffers } from './shared-buffers.js';
import { isScanned } from './shared-memory.js';
import { SharedVector } from './shared-vector.js';
import { webAssembly } from './web-assembly.js';

const kinds = [{ isForScans: false }, { isForScans: true }];

function makeVector(buffers: SharedBuffers, isForScans: boolean, lengthMax = 10_000_000, what = 'words'): SharedVector {
  return new SharedVector(buffers, what, lengthMax, { isForScans });
}

test.each(kinds)('words keep their values and are 0 until written, however often it grows: %o', ({ isForScans }) => {
  const vector = makeVector(new SharedBuffers(new ChangeCounters()), isForScans);
  for (let length = 1; length < 5_000_000; length *= 3) {
    vector.ensure(length);
    vector.view[length - 1] = length;
  }
  for (let length = 1; length < 5_000_000; length *= 3) expect(vector.view[length - 1]).toBe(length);
  expect(vector.view[1]).toBe(0);
});

test.each(kinds)('growth goes by half as much again, not word by word, and is counted: %o', ({ isForScans }) => {
  const counters = new ChangeCounters();
  const buffers = new SharedBuffers(counters);
  const vector = makeVector(buffers, isForScans);
  for (let length = 1; length <= 1_000_000; length++) vector.ensure(length);
  expect(counters.growths).toBeGreaterThan(3);
  expect(counters.growths).toBeLessThan(20);
  expect([counters.bytes, buffers.bytes]).toEqual([vector.view.byteLength, vector.view.byteLength]);
});

/** Where a word is found, the first hundred places. */
function placesOf(vector: SharedVector, word: number, from: number, end: number): readonly number[] {
  const into = new Int32Array(100);
  return [...into.subarray(0, vector.collect(word, from, end, into, into.length))];
}

test.each(kinds)('all places of a word are found, before and after the vector has grown: %o', ({ isForScans }) => {
  const vector = makeVector(new SharedBuffers(new ChangeCounters()), isForScans);
  for (const length of [1000, 200_000]) {
    vector.ensure(length);
    const places = [0, 1, 2, 19, 500, 501, length - 1];
    for (const place of places) vector.view[place] = -7;
    expect(placesOf(vector, -7, 0, length)).toEqual(places);
    expect(placesOf(vector, -7, 1, 501)).toEqual([1, 2, 19, 500]);
    expect(placesOf(vector, 8, 0, length)).toEqual([]);
    expect(placesOf(vector, 0, 3, length)).toHaveLength(100);
    vector.view[length - 1] = 0;
  }
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

test.each(kinds)('more words than allowed are refused by name, and those there are stay: %o', ({ isForScans }) => {
  const lengthMax = 20_000;
  const vector = makeVector(new SharedBuffers(new ChangeCounters()), isForScans, lengthMax, 'texts of name');
  vector.ensure(lengthMax);
  vector.view[lengthMax - 1] = 7;
  expect(() => vector.ensure(lengthMax + 1)).toThrow(new LimitError('texts of name', 4 * lengthMax, 'bytes'));
  expect(vector.view[lengthMax - 1]).toBe(7);
});

test.each(kinds)('growth ends where memory does: %o', ({ isForScans }) => {
  const counters = new ChangeCounters(3.5 * 65_536);
  const vector = makeVector(new SharedBuffers(counters), isForScans);
  const growOn = (): void => {
    for (let length = 1; ; length += 100) vector.ensure(length);
  };
  expect(growOn).toThrow(MemoryLimitError);
  expect([counters.bytes, vector.view.byteLength]).toEqual([3.5 * 65_536, 3.5 * 65_536]);
});

test.each(kinds)('what has attached sees growth after it has refreshed: %o', ({ isForScans }) => {
  const counters = new ChangeCounters();
  const own = new SharedBuffers(counters);
  const vector = makeVector(own, isForScans);
  const buffers = new SharedBuffers(counters, own.taken);
  const other = makeVector(buffers, isForScans);
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

test('where the system has no addresses for what is scanned, other memory serves', () => {
  const buffers = new SharedBuffers(new ChangeCounters());
  makeVector(buffers, true);
  vi.spyOn(webAssembly, 'Memory').mockImplementation(function () {
    throw new RangeError('could not allocate memory');
  });
  onTestFinished(() => void vi.restoreAllMocks());
  const vector = makeVector(buffers, true);
  expect(buffers.taken.map(isScanned)).toEqual([true, false]);
  vector.ensure(100_000);
  vector.view[99_999] = 7;
  expect(placesOf(vector, 7, 0, 100_000)).toEqual([99_999]);
});
