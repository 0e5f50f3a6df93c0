import type { Requirement } from '@syncytium/selector-parser';
import type { Profile } from './profile.js';

/** Counted down in steps of some nanoseconds; below zero it is too much. */
export interface Work {
  left: number;
}

/**
 * Profiles of which every two match. It tells whether one more matches all of them by what they show and ask together,
 * without a look at each: in the usual case, where many refuse a value each, by one look.
 */
export class Crowd {
  #size = 0;
  /** By key: how many profiles show which value. */
  readonly #shown = new Map<string, Shown>();
  /** By key: values that somebody refuses. */
  readonly #refused = new Map<string, Set<string>>();
  /** All that is asked but refusals, by its text. */
  readonly #asked = new Map<string, Requirement>();

  /** Whether a profile matches all, itself aside. */
  admits({ labels, selector }: Profile, work: Work): boolean {
    work.left -= stepWork * (1 + this.#refused.size + this.#asked.size);
    for (const [key, values] of this.#refused) {
      const value = labels[key];
      if (value !== undefined && values.has(value)) return false;
    }
    for (const requirement of this.#asked.values()) if (!requirement.matches(labels)) return false;
    return selector.requirements.every((requirement) => this.#fulfils(requirement, work));
  }

  add({ labels, selector }: Profile, work: Work): void {
    this.#size++;
    for (const key in labels) {
      work.left -= stepWork;
      const value = labels[key] ?? '';
      let shown = this.#shown.get(key);
      if (!shown) this.#shown.set(key, (shown = { count: 0, values: new Map() }));
      shown.count++;
      const same = shown.values.get(value);
      if (same) same.count++;
      else shown.values.set(value, { labels, count: 1 });
    }
    for (const requirement of selector.requirements) {
      const { key, operator, values } = requirement;
      work.left -= stepWork * (1 + values.length);
      if (operator !== '!=' && operator !== 'notin') {
        this.#asked.set(requirement.toString(), requirement);
        continue;
      }
      let refused = this.#refused.get(key);
      if (!refused) this.#refused.set(key, (refused = new Set()));
      for (const value of values) refused.add(value);
    }
  }

  /** Whether everybody's labels fulfil a requirement. */
  #fulfils(requirement: Requirement, work: Work): boolean {
    const { key, operator, values } = requirement;
    const shown = this.#shown.get(key);
    work.left -= stepWork * (1 + values.length);
    switch (operator) {
      case '!=':
      case 'notin':
        return !shown || !values.some((value) => shown.values.has(value));
      case '=':
      case '==':
      case 'in':
        return values.reduce((sum, value) => sum + (shown?.values.get(value)?.count ?? 0), 0) === this.#size;
      case '!':
        return !shown;
      default: {
        if ((shown?.count ?? 0) < this.#size) return false;
        if (operator === 'exists' || !shown) return true;
        work.left -= stepWork * shown.values.size;
        for (const { labels } of shown.values.values()) if (!requirement.matches(labels)) return false;
        return true;
      }
    }
  }
}

/** What looking up one thing costs. */
const stepWork = 10;

/** Who shows a label. */
interface Shown {
  count: number;
  readonly values: Map<string, { readonly labels: Profile['labels']; count: number }>;
}
