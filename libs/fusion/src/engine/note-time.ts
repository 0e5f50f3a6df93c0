import type { Clock } from '@syncytium/kit';
import type { Store } from '../store/store.js';

/** Finer than anybody has to know when an object was used, and long enough that a word of them lasts for two years. */
const unitMs = 16;

/** What is done next with objects is done now: where it is of interest when they were used. */
export function noteTime(store: Store, clock: Clock): void {
  if (store.evicts) store.counters.time = Math.floor(clock.now() / unitMs) | 0;
}
