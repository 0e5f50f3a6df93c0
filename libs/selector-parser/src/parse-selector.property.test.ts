import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SelectorSyntaxError } from './errors.js';
import type { Labels } from './labels.js';
import { parseSelector } from './parse-selector.js';
import type { Selector } from './selector.js';
import { labels, selectorText, soup } from './testing/arbitraries.js';
import { propertyRuns } from './testing/property-runs.js';
import { referenceFormat, referenceMatches, referenceParse } from './testing/reference.js';

const anyText = fc.oneof(selectorText, soup, fc.string(), fc.string({ unit: 'binary' }));

describe('parseSelector, for all texts', () => {
  it('gives a selector or throws a SelectorSyntaxError that points into the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const error = parseOrError(text);
        if (!(error instanceof SelectorSyntaxError)) return;
        expect(error.position).toBeGreaterThanOrEqual(0);
        expect(error.position).toBeLessThanOrEqual(text.length);
        expect(error.message.split('\n')).toHaveLength(3);
      }),
      propertyRuns(2000),
    );
  });

  it('accepts what the reference accepts, prints it alike and matches alike', () => {
    fc.assert(
      agreement((selector, thing) => selector.matches(thing)),
      propertyRuns(3000),
    );
  });

  it('would be found out if it took an absent label for a different one', () => {
    const faulty = agreement((selector, thing) =>
      selector.requirements.every((requirement) => {
        const isAbsent = !(thing instanceof Map ? thing.has(requirement.key) : Object.hasOwn(thing, requirement.key));
        return requirement.operator === '!=' && isAbsent ? false : requirement.matches(thing);
      }),
    );
    expect(fc.check(faulty, propertyRuns(3000)).failed).toBe(true);
  });

  it('reads its own canonical form as the same selector', () => {
    fc.assert(
      fc.property(selectorText, fc.array(labels, { maxLength: 5 }), (text, things) => {
        const first = parseSelector(text);
        const second = parseSelector(first.toString());
        expect(second.toString()).toBe(first.toString());
        expect(second.requirements.map(facts)).toEqual(first.requirements.map(facts));
        for (const thing of things) expect(second.matches(thing)).toBe(first.matches(thing));
      }),
      propertyRuns(2000),
    );
  });
});

/** The parser, with this way of matching, and the reference say the same of every text and all labels. */
function agreement(matches: (selector: Selector, thing: Labels) => boolean) {
  return fc.property(anyText, fc.array(labels, { maxLength: 5 }), (text, things) => {
    const expected = referenceParse(text);
    const actual = parseOrError(text);
    expect(actual instanceof SelectorSyntaxError).toBe(expected === undefined);
    if (actual instanceof SelectorSyntaxError || expected === undefined) return;
    expect(actual.toString()).toBe(referenceFormat(expected));
    for (const thing of things) {
      const result = referenceMatches(expected, thing);
      expect(matches(actual, thing)).toBe(result);
      expect(matches(actual, new Map(Object.entries(thing)))).toBe(result);
    }
  });
}

function parseOrError(text: string): Selector | SelectorSyntaxError {
  try {
    return parseSelector(text);
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return error;
    throw error;
  }
}

function facts({ key, operator, values }: Selector['requirements'][number]) {
  return { key, operator, values };
}
