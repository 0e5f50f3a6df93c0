import type { Labels } from './labels.js';
import type { Requirement } from './requirement.js';

/**
 * What a selector text means: conditions that must all hold. It never changes. {@link parseSelector} makes one.
 *
 * @see docs/spec/selector.md
 */
export class Selector {
  /**
   * The conditions, sorted by key; those of one key stay in the order they were written. An index over equality takes
   * `key` and `values` of those whose operator is `=`, `==` or `in`.
   */
  readonly requirements: readonly Requirement[];

  /** Takes the requirements over and sorts them. */
  constructor(requirements: Requirement[]) {
    this.requirements = requirements.sort(byKey);
  }

  /** Whether labels fulfil every condition; without conditions, always. */
  matches(labels: Labels): boolean {
    for (const requirement of this.requirements) {
      if (!requirement.matches(labels)) return false;
    }
    return true;
  }

  /** The canonical form, which parses to an equal selector. */
  toString(): string {
    return this.requirements.join(',');
  }
}

// Keys are ASCII, so that the order of UTF-16 units is the order of bytes.
function byKey(a: Requirement, b: Requirement): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
