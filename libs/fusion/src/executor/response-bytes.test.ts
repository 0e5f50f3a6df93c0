import { expect, test } from 'vitest';
import { FusionError } from '../errors.js';
import { ResponseBytes } from './response-bytes.js';

test('texts of any length and character follow each other as UTF-8', () => {
  const response = new ResponseBytes();
  const pieces = ['a', 'é', 'x'.repeat(33), 'é'.repeat(20_000), '', '\u{10000}', 'b'.repeat(50_000)];
  for (const piece of pieces) response.add(piece);
  expect(Buffer.from(response.written()).toString()).toBe(pieces.join(''));
});

test('the next response begins anew, after a long one, too', () => {
  const response = new ResponseBytes();
  for (const text of ['short', 'x'.repeat(2 ** 21), 'last']) {
    response.clear();
    response.add(text);
    expect(Buffer.from(response.written()).toString()).toBe(text);
  }
});

test('one byte more than allowed is refused, whether it is a text or not', () => {
  const response = new ResponseBytes(4);
  response.add('abcd');
  expect(() => response.add('e')).toThrow(FusionError);
  response.clear();
  response.add('ab');
  response.reserve(3);
  response.at += 3;
  expect(() => response.reserve(1)).toThrow('the response is limited to 4 bytes');
});
