import type { Requirement } from '@syncytium/selector-parser';
import type { Profile } from './profile.js';

/**
 * One property of a profile that can rule it out for others: a requirement of its selector, or the value of one of its
 * labels. Kinds that share a trait are ruled out together, with one look at it.
 */
export interface Trait {
  /** Equal for equal traits. */
  readonly text: string;
  /** Whether a profile has this trait. */
  isOf(profile: Profile): boolean;
  /** Whether nobody with this trait can match the profile. */
  rulesOut(profile: Profile): boolean;
}

/** Why a waiting profile does not match a newcomer: its traits that say so. */
export interface Obstacle {
  /** What the two differ in, and nothing more. */
  readonly exact: Trait;
  /** What it has in common with others that differ from the newcomer in the same way. */
  readonly wide?: Trait;
  /** Where it stands in an order, as one that asks for more than the newcomer has does. */
  readonly bound?: Bound;
}

/** A place in an order. Of two bounds of one scale the one of the higher rank is ruled out where the lower one is. */
export interface Bound {
  /** Equal for bounds that can be compared. */
  readonly scale: string;
  readonly rank: bigint;
  /** The trait of all that are at this place or beyond. */
  toTrait(): Trait;
}

/** Why `waiting` does not match `newcomer`; `undefined` when they match. */
export function findObstacle(newcomer: Profile, waiting: Profile): Obstacle | undefined {
  for (const requirement of waiting.selector.requirements) {
    if (requirement.matches(newcomer.labels)) continue;
    const exact = asksFor(requirement);
    const { key, operator } = requirement;
    const value = newcomer.labels[key];
    if ((operator === '!=' || operator === 'notin') && value !== undefined) return { exact, wide: refuses(key, value) };
    const bound = demandedBound(requirement);
    return bound ? { exact, bound } : { exact };
  }
  for (const requirement of newcomer.selector.requirements) {
    if (requirement.matches(waiting.labels)) continue;
    const exact = hasLabel(requirement.key, waiting);
    const bound = isOrder(requirement) ? shownBound(requirement, waiting) : undefined;
    return bound ? { exact, bound } : { exact, wide: fails(requirement) };
  }
  return undefined;
}

/** The trait of all whose selector holds this requirement. */
function asksFor(requirement: Requirement): Trait {
  return {
    text: `asks ${requirement.toString()}`,
    isOf: ({ selector }) => selector.requirements.some((other) => isSame(requirement, other)),
    rulesOut: ({ labels }) => !requirement.matches(labels),
  };
}

/** The trait of all who have the same label, or lack it, as the example. */
function hasLabel(key: string, { labels: example }: Profile): Trait {
  const value = example[key];
  return {
    text: value === undefined ? `lacks ${key}` : `has ${key}=${value}`,
    isOf: ({ labels }) => labels[key] === value,
    rulesOut: ({ selector }) =>
      selector.requirements.some((requirement) => requirement.key === key && !requirement.matches(example)),
  };
}

/** The trait of all whose selector refuses one value of a label, whatever else it refuses. */
function refuses(key: string, value: string): Trait {
  return {
    text: `refuses ${key}=${value}`,
    isOf: ({ selector }) =>
      selector.requirements.some(
        (other) =>
          other.key === key && (other.operator === '!=' || other.operator === 'notin') && other.values.includes(value),
      ),
    rulesOut: ({ labels }) => labels[key] === value,
  };
}

/** The trait of all whose labels do not fulfil this requirement. */
function fails(requirement: Requirement): Trait {
  return {
    text: `fails ${requirement.toString()}`,
    isOf: ({ labels }) => !requirement.matches(labels),
    rulesOut: ({ selector }) => selector.requirements.some((other) => isSame(requirement, other)),
  };
}

/** What a requirement of `>` or `<` asks for, as a place among those that ask for more or less. */
function demandedBound(requirement: Requirement): Bound | undefined {
  const { key, operator } = requirement;
  const least = isOrder(requirement) ? rankOf(operator, requirement.values[0]) : undefined;
  if (least === undefined) return undefined;
  return {
    scale: `asks ${key} ${operator}`,
    rank: least,
    toTrait: () => ({
      text: `asks at least ${requirement.toString()}`,
      isOf: ({ selector }) =>
        selector.requirements.some(
          (other) =>
            other.key === key &&
            other.operator === operator &&
            (rankOf(operator, other.values[0]) ?? least - 1n) >= least,
        ),
      rulesOut: ({ labels }) => !requirement.matches(labels),
    }),
  };
}

/** The number that does not fulfil a requirement of `>` or `<`, as a place among those that are still further off. */
function shownBound({ key, operator }: Requirement, { labels: example }: Profile): Bound | undefined {
  const value = example[key];
  // Whoever asks for more than a number refuses all lower ones: the lower, the further off.
  const opposite = operator === 'gt' ? 'lt' : 'gt';
  const least = rankOf(opposite, value);
  if (least === undefined) return undefined;
  return {
    scale: `has ${key} ${operator}`,
    rank: least,
    toTrait: () => ({
      text: `has at most ${key} ${operator} ${value ?? ''}`,
      isOf: ({ labels }) => (rankOf(opposite, labels[key]) ?? least - 1n) >= least,
      rulesOut: ({ selector }) =>
        selector.requirements.some(
          (other) => other.key === key && other.operator === operator && !other.matches(example),
        ),
    }),
  };
}

function isOrder({ operator }: Requirement): boolean {
  return operator === 'gt' || operator === 'lt';
}

const int64Max = 2n ** 63n - 1n;

/** A number by how much it asks for; `undefined` for what selectors do not take for one. */
function rankOf(operator: Requirement['operator'], value: string | undefined): bigint | undefined {
  if (value === undefined || !/^\d+$/.test(value)) return undefined;
  const number = BigInt(value);
  if (number > int64Max) return undefined;
  return operator === 'gt' ? number : -number;
}

function isSame(a: Requirement, b: Requirement): boolean {
  return (
    a.key === b.key &&
    a.operator === b.operator &&
    a.values.length === b.values.length &&
    a.values.every((value, i) => value === b.values[i])
  );
}
