import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { webAssembly } from './web-assembly.js';
import { makeWordFinder } from './word-finder.js';

const wordCount = 200;

test('a word is found where a look at one after the other finds it first', () => {
  const memory = new webAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const words = new Int32Array(memory.buffer, 0, wordCount);
  const find = makeWordFinder(memory);
  // Some that are found at once, some nowhere, and those whose bytes are others' in another order.
  const word = fc.constantFrom(0, 1, -1, 0x100, 2 ** 31 - 1, -(2 ** 31));
  const places = fc.array(fc.tuple(fc.nat(wordCount - 1), word), { maxLength: 6 });
  const range = fc
    .tuple(fc.nat(wordCount), fc.nat(wordCount))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  fc.assert(
    fc.property(places, word, word, range, (some, everywhere, sought, [from, end]) => {
      words.fill(everywhere);
      for (const [place, other] of some) words[place] = other;
      const place = words.subarray(from, end).indexOf(sought);
      expect(find(sought, from * 4, end * 4)).toBe(4 * (place < 0 ? end : from + place));
    }),
    propertyRuns(2000),
  );
});
