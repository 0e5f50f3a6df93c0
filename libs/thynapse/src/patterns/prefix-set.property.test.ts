import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrefixSet } from './prefix-set.js';

test('a text is covered when it begins with what is wanted', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 5 });
  const change = fc.record({ add: fc.boolean(), prefix: text, asked: text });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const set = new PrefixSet();
      const wanted = new Set<string>();
      for (const { add, prefix, asked } of changes) {
        if (add) set.add(prefix);
        else set.delete(prefix);
        if (add) wanted.add(prefix);
        else wanted.delete(prefix);
        expect(set.covers(asked)).toBe([...wanted].some((one) => asked.startsWith(one)));
      }
    }),
  );
});
