import type { ProviderRecord } from '../presence/presence-record.js';

/** How busy a provider is. */
export type Busyness = Pick<ProviderRecord, 'load' | 'provider' | 'instance'>;

/** How many of the others come before this provider when the least busy one is to take a session. */
export function claimRank(own: Busyness, others: readonly Busyness[]): number {
  return others.filter((other) => compareBusyness(other, own) < 0).length;
}

/** The least busy first; by name and instance among equals, so that everybody finds the same order. */
export function compareBusyness(a: Busyness, b: Busyness): number {
  return a.load - b.load || compareText(a.provider, b.provider) || compareText(a.instance, b.instance);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
