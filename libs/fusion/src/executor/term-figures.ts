import type { ScalarTerm, Test } from '../fql/plan.js';
import type { ScalarType } from '../schema/scalar.js';

/** What a look at one value costs; all other costs are in this unit. */
export const lookCost = 1;

/** A look at the values of a list. */
export const listLookCost = 3;

/** Following one link, in either direction. */
export const linkCost = 2;

/** Taking one object from an index, its place in the order of the table included. */
export const indexedCost = 1.5;

/** Passing over one object of a table. */
export const scanCost = 0.5;

/** How many links a list of links is thought to have. */
export const listLength = 2;

/**
 * Which part of the values is thought to pass all tests of a term, 0 to 1. Nothing is known of the values, so this only
 * has to put terms into a sensible order; where an index counts, its count is used instead.
 */
export function guessSelectivity({ member, tests }: ScalarTerm): number {
  const ofOne = tests.reduce((part, test) => part * guessTest(test, member.type), 1);
  return member.isArray ? Math.min(1, ofOne * listLength) : ofOne;
}

function guessTest(test: Test, type: ScalarType): number {
  const equal = type === 'bool' ? 0.5 : 0.05;
  switch (test.operator) {
    case '==':
      return equal;
    case '!=':
      return 1 - equal;
    case 'in':
      return Math.min(1, equal * test.values.size);
    case 'prefix':
      return test.value === '' ? 1 : 0.1;
    default:
      return 0.35;
  }
}
