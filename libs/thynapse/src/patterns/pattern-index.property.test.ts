import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePattern } from './pattern.js';
import { PatternIndex } from './pattern-index.js';

const patternText = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), minLength: 1, maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom('thynapse::*', 'thynapse::a', 'thynaps?::a', 'th*', '*::a', 'thynapse::?') },
);
const channelText = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', ':', '😀'), minLength: 1, maxLength: 10 }) },
  { weight: 1, arbitrary: fc.constantFrom('thynapse::a', 'thynapse::', 'thynapse:', 'thynapse::ab') },
);

/** What a pattern means, in the plainest words: a regular expression. */
function reference(pattern: string, channel: string): boolean {
  if (channel.startsWith('thynapse::') && !pattern.startsWith('thynapse::')) return false;
  const source = pattern
    .replace(/\*+/g, '*')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(channel);
}

describe('matching', () => {
  test('one pattern matches what the same regular expression matches', () => {
    fc.assert(
      fc.property(patternText, channelText, (pattern, channel) => {
        expect(parsePattern(pattern).matches(channel)).toBe(reference(pattern, channel));
      }),
      propertyRuns(2000),
    );
  });

  test('an index finds what a loop over all its patterns finds, whatever came and went before', () => {
    const change = fc.tuple(fc.boolean(), patternText, fc.nat(3));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), fc.array(channelText, { maxLength: 5 }), (changes, channels) => {
        const index = new PatternIndex<number>();
        const pairs = new Map<string, [pattern: string, value: number]>();
        for (const [isAdd, pattern, value] of changes) {
          const { text } = parsePattern(pattern);
          const key = `${text} ${value}`;
          if (isAdd) {
            expect(index.add(pattern, value)).toBe(!pairs.has(key));
            pairs.set(key, [text, value]);
          } else {
            expect(index.delete(pattern, value)).toBe(pairs.delete(key));
          }
        }
        expect(index.size).toBe(pairs.size);
        for (const channel of channels) {
          const expected = [...pairs.values()]
            .filter(([pattern]) => reference(pattern, channel))
            .map(([, value]) => value);
          expect(index.match(channel)).toEqual(new Set(expected));
        }
      }),
      propertyRuns(1000),
    );
  });

  test('an index that was emptied holds nothing any more', () => {
    fc.assert(
      fc.property(fc.array(patternText, { maxLength: 20 }), (patterns) => {
        const index = new PatternIndex<string>();
        for (const pattern of patterns) index.add(pattern, 'x');
        for (const pattern of patterns) index.delete(pattern, 'x');
        expect(index).toEqual(new PatternIndex<string>());
      }),
      propertyRuns(200),
    );
  });
});

test('the work for one channel does not grow with the number of patterns', () => {
  // Counts steps, not time: the nodes reached in a tree of 3 and of 30,000 patterns.
  const stepsWith = (count: number): number => {
    const index = new PatternIndex<number>();
    for (let i = 0; i < count; i++) index.add(`orders::${i}::*`, i);
    index.add('orders::*::paid', -1);
    let steps = 0;
    const lookUp = Object.getOwnPropertyDescriptor(Map.prototype, 'get')!.value as (key: unknown) => unknown;
    Map.prototype.get = function (this: Map<unknown, unknown>, key: unknown) {
      steps++;
      return lookUp.call(this, key);
    };
    try {
      index.match('orders::1::paid');
    } finally {
      Map.prototype.get = lookUp;
    }
    return steps;
  };
  expect(stepsWith(30_000)).toBe(stepsWith(3));
});
