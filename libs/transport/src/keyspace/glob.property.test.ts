import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Glob } from './glob.js';

/** Tries every length for every run: slow, and obviously what a run means. Sets and escapes are not its business. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*'))
    return Array.from({ length: text.length + 1 }, (_, i) => text.slice(i)).some((rest) =>
      naive(pattern.slice(1), rest),
    );
  return text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]) && naive(pattern.slice(1), text.slice(1));
}

test('runs and single bytes match as trying everything would', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(pattern, text, (pattern, text) => {
      expect(new Glob(pattern).matches(text)).toBe(naive(pattern, text));
    }),
    propertyRuns(2000),
  );
});
