import { curveKeyPair } from 'zeromq';
import { expect, test } from 'vitest';
import { isCurveKey, z85Encode } from './z85.js';

test('encodes the example of the specification', () => {
  expect(z85Encode(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b))).toBe('HelloWorld');
});

test('a key is 40 characters of the alphabet', () => {
  expect(isCurveKey(curveKeyPair().publicKey)).toBe(true);
  expect(isCurveKey(z85Encode(new Uint8Array(32).fill(255)))).toBe(true);
  expect(isCurveKey('x'.repeat(39))).toBe(false);
  expect(isCurveKey(`${'x'.repeat(39)}"`)).toBe(false);
});
