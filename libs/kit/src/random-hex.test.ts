import { expect, test } from 'vitest';
import { seededPrng } from './prng.js';
import { randomHex } from './random-hex.js';

test('so many bytes are twice as many digits, and differ each time', () => {
  const prng = seededPrng(1);
  const ids = Array.from({ length: 100 }, () => randomHex(prng, 6));
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(100);
});
