import { describe, expect, test } from 'vitest';
import { seededPrng, systemPrng } from './prng.js';

describe('a seeded generator', () => {
  test('gives the same sequence for the same seed, on every machine', () => {
    const prng = seededPrng(42);
    const numbers = [prng.uint32(), prng.uint32(), prng.uint32()];
    const again = seededPrng(42);
    expect([again.uint32(), again.uint32(), again.uint32()]).toEqual(numbers);
    // Kept seeds must stay meaningful: a change of the algorithm has to show here.
    expect(numbers).toMatchInlineSnapshot(`
      [
        1959603763,
        2423114712,
        2466933512,
      ]
    `);
  });

  test('gives different sequences for different seeds, large ones too', () => {
    const firsts = [0, 1, 2, -1, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 52].map((seed) => seededPrng(seed).uint32());
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});

describe.each([
  ['seeded', seededPrng(7)],
  ['system', systemPrng()],
])('%s numbers', (_, prng) => {
  test('stay in their range and reach all of it', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 2000; i++) {
      seen.add(prng.int(10));
      const float = prng.float();
      expect(float >= 0 && float < 1).toBe(true);
      expect(Number.isInteger(prng.uint32())).toBe(true);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(prng.int(1)).toBe(0);
  });

  test('are spread evenly', () => {
    const counts = new Array<number>(16).fill(0);
    for (const byte of prng.bytes(64_000)) counts[byte & 15]! += 1;
    // Chi-squared with 15 degrees of freedom: 60 is beyond one in a million.
    const chi = counts.reduce((sum, count) => sum + (count - 4000) ** 2 / 4000, 0);
    expect(chi).toBeLessThan(60);
  });

  test('come as any number of bytes', () => {
    for (const count of [0, 1, 3, 4, 5, 20]) expect(prng.bytes(count)).toHaveLength(count);
  });
});
