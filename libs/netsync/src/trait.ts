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

/** The trait of `waiting` for which it does not match `newcomer`; `undefined` when they match. */
export function findObstacle(newcomer: Profile, waiting: Profile): Trait | undefined {
  for (const requirement of waiting.selector.requirements) {
    if (!requirement.matches(newcomer.labels)) return asksFor(requirement);
  }
  for (const requirement of newcomer.selector.requirements) {
    if (!requirement.matches(waiting.labels)) return hasLabel(requirement.key, waiting);
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

function isSame(a: Requirement, b: Requirement): boolean {
  return (
    a.key === b.key &&
    a.operator === b.operator &&
    a.values.length === b.values.length &&
    a.values.every((value, i) => value === b.values[i])
  );
}
