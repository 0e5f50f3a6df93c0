import { expect, test } from 'vitest';
import { toPlainJson } from './plain-json.js';

test('what only MessagePack carries is JSON that people understand', () => {
  const value = {
    floats: Float64Array.of(0.5, -1),
    bytes: Buffer.from('hello'),
    wide: BigInt64Array.of(-5n),
    huge: 2n ** 70n,
    deep: [{ more: Uint8Array.of(255) }],
  };
  expect(JSON.parse(toPlainJson(value))).toEqual({
    floats: [0.5, -1],
    bytes: 'aGVsbG8=',
    wide: ['-5'],
    huge: '1180591620717411303424',
    deep: [{ more: '/w==' }],
  });
  expect(toPlainJson(Float32Array.of(1))).toBe('[1]');
});
