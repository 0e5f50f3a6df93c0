import { expect, test } from 'vitest';
import { BoundedQueue } from './bounded-queue.js';
import { seededPrng } from './prng.js';

test('a full queue refuses and stays as it is', () => {
  const queue = new BoundedQueue<number>(2);
  expect([queue.push(1), queue.push(2), queue.push(3)]).toEqual([true, true, false]);
  expect(queue.isFull).toBe(true);
  expect([...queue]).toEqual([1, 2]);
});

test('an empty queue gives nothing', () => {
  const queue = new BoundedQueue<number>(1);
  expect(queue.shift()).toBeUndefined();
  expect(queue.peek()).toBeUndefined();
  queue.push(1);
  queue.clear();
  expect(queue.size).toBe(0);
});

test.each([0, -1, 1.5, NaN])('%d is no maximum', (max) => {
  expect(() => new BoundedQueue(max)).toThrow('max must be a whole number');
});

test('it behaves like an array over long random use, through growing, wrapping and shrinking', () => {
  const prng = seededPrng(1);
  const queue = new BoundedQueue<number>(3000);
  const model: number[] = [];
  for (let step = 0; step < 40_000; step++) {
    const filling = Math.floor(step / 5000) % 2 === 0;
    if (prng.int(10) < (filling ? 8 : 2)) {
      expect(queue.push(step)).toBe(model.length < 3000);
      if (model.length < 3000) model.push(step);
    } else {
      expect(queue.shift()).toBe(model.shift());
    }
    expect(queue.size).toBe(model.length);
    expect(queue.peek()).toBe(model[0]);
    if (step % 1000 === 0) expect([...queue]).toEqual(model);
  }
});
