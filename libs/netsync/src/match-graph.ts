import type { Requirement } from '@syncytium/selector-parser';
import { clearBit, fullBitset, intersectInto, setBit, wordCount, type Bitset } from './bitset.js';
import type { Work } from './crowd.js';
import type { Kind, MatchRequest, Waiter } from './kind.js';

/** Who matches whom among some waiters, numbered from the oldest. */
export interface MatchGraph<R extends MatchRequest> {
  readonly waiters: readonly Waiter<R>[];
  /** For each waiter, the others that match it; waiters of one kind share a set, and their own bits in it. */
  readonly matching: readonly Bitset[];
  /** For each waiter, those of its kind, itself included. */
  readonly sameKind: readonly Bitset[];
}

/** Largest graph in 32-bit words: 64 MiB. */
export const matchGraphWordsMax = 2 ** 24;

/** Size of the graph over so many kinds and waiters. */
export function matchGraphWords(kinds: number, waiters: number): number {
  return kinds * wordCount(waiters);
}

/**
 * The oldest waiters of each kind, in the order of arrival: `need` of them where the kind matches itself, one where it
 * does not, since no group takes more.
 */
export function eligibleWaiters<R extends MatchRequest>(kinds: readonly Kind<R>[], need: number): Waiter<R>[] {
  const waiters: Waiter<R>[] = [];
  for (const { oldest, profile } of kinds) {
    const max = profile.matchesItself ? need : 1;
    let waiter = oldest;
    for (let i = 0; i < max && waiter; i++, waiter = waiter.newer) waiters.push(waiter);
  }
  return waiters.sort((a, b) => a.order - b.order);
}

/** The graph over eligible waiters; `undefined` when it is too much work. */
export function buildMatchGraph<R extends MatchRequest>(
  waiters: readonly Waiter<R>[],
  work: Work,
): MatchGraph<R> | undefined {
  const numbers = new Map<Kind<R>, number[]>();
  waiters.forEach(({ kind }, i) => {
    if (kind) numbersOf(numbers, kind).push(i);
  });
  const accepted = acceptedByKind(numbers, waiters.length, work);
  const empty = new Uint32Array(wordCount(waiters.length));
  const matching = waiters.map(({ kind }) => (kind && accepted?.get(kind)) ?? empty);
  if (!accepted || !keepMutual(matching, [...numbers.values()], work)) return undefined;
  const sameKind = new Map<Kind<R>, Bitset>();
  for (const [kind, own] of numbers) sameKind.set(kind, bitsetOf(own, waiters.length));
  return { waiters, matching, sameKind: waiters.map(({ kind }) => (kind && sameKind.get(kind)) ?? empty) };
}

/** What looking up a requirement costs, a value, and whether a value fulfils a requirement. */
const requirementWork = 400;
const valueWork = 50;
const fulfilWork = 100;

/** For each kind, the waiters its selector accepts. Looks at values of labels, not at pairs of waiters. */
function acceptedByKind<R extends MatchRequest>(
  numbers: ReadonlyMap<Kind<R>, readonly number[]>,
  count: number,
  work: Work,
): Map<Kind<R>, Bitset> | undefined {
  const valuesByKey = new Map<string, ReadonlyMap<string | undefined, LabelValue>>();
  const fulfillingByText = new Map<string, Bitset>();
  const accepted = new Map<Kind<R>, Bitset>();
  for (const kind of numbers.keys()) {
    const bits = fullBitset(count);
    work.left -= bits.length;
    for (const requirement of kind.profile.selector.requirements) {
      const { key, operator, values } = requirement;
      work.left -= requirementWork + values.length * valueWork;
      if (work.left < 0) return undefined;
      let byValue = valuesByKey.get(key);
      if (!byValue) {
        work.left -= count * valueWork;
        valuesByKey.set(key, (byValue = waitersByValue(numbers, key)));
      }
      if (operator === '!=' || operator === 'notin') {
        let refused = 0;
        for (const value of values) refused += byValue.get(value)?.numbers.length ?? 0;
        // A few are taken out one by one; many, from all kinds that refuse them, together.
        if (refused <= bits.length) {
          for (const value of values) for (const i of byValue.get(value)?.numbers ?? []) clearBit(bits, i);
          work.left -= refused;
          continue;
        }
      }
      const text = requirement.toString();
      let fulfilling = fulfillingByText.get(text);
      if (!fulfilling) {
        work.left -= byValue.size * fulfilWork + bits.length;
        // Kept sets take memory too: as many as the largest graph has rows.
        if (fulfillingByText.size * bits.length > matchGraphWordsMax) fulfillingByText.clear();
        fulfillingByText.set(text, (fulfilling = fulfillingOf(requirement, byValue, count)));
      }
      work.left -= bits.length;
      intersectInto(bits, bits, fulfilling);
    }
    accepted.set(kind, bits);
  }
  return accepted;
}

/** Waiters that have the same value of a label, and the labels of one of them. */
interface LabelValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly numbers: number[];
}

function waitersByValue<R extends MatchRequest>(
  numbers: ReadonlyMap<Kind<R>, readonly number[]>,
  key: string,
): ReadonlyMap<string | undefined, LabelValue> {
  const byValue = new Map<string | undefined, LabelValue>();
  for (const [{ profile }, own] of numbers) {
    const value = profile.labels[key];
    let known = byValue.get(value);
    if (!known) byValue.set(value, (known = { labels: profile.labels, numbers: [] }));
    for (const i of own) known.numbers.push(i);
  }
  return byValue;
}

/** The waiters that fulfil a requirement. */
function fulfillingOf(
  requirement: Requirement,
  byValue: ReadonlyMap<string | undefined, LabelValue>,
  count: number,
): Bitset {
  const { operator, values } = requirement;
  if (operator === '!=' || operator === 'notin') {
    const others = fullBitset(count);
    for (const value of values) for (const i of byValue.get(value)?.numbers ?? []) clearBit(others, i);
    return others;
  }
  const fulfilling = new Uint32Array(wordCount(count));
  const isEquality = operator === '=' || operator === '==' || operator === 'in';
  for (const value of isEquality ? values : byValue.keys()) {
    const known = byValue.get(value);
    if (!known || !(isEquality || requirement.matches(known.labels))) continue;
    for (const i of known.numbers) setBit(fulfilling, i);
  }
  return fulfilling;
}

/** What turning a block of 32 by 32 bits costs, and what looking at one does. */
const turnWork = 200;
const lookWork = 40;

/**
 * Takes out of everybody's set those who do not have him in theirs: the sets as a matrix of bits, each block of 32 by 32
 * with the block across the diagonal. `false` when that is too much work. Sets may be shared by waiters of one kind.
 */
function keepMutual(accepted: readonly Bitset[], kinds: readonly (readonly number[])[], work: Work): boolean {
  // One waiter speaks for its kind.
  const speakers = kinds.flatMap(([first]) => first ?? []).sort((a, b) => a - b);
  const block = new Uint32Array(32);
  const blocks = wordCount(accepted.length);
  for (let from = 0, to = 0; from < speakers.length; from = to) {
    const word = (speakers[from] ?? 0) >>> 5;
    while (to < speakers.length && (speakers[to] ?? 0) >>> 5 === word) to++;
    const here = speakers.slice(from, to);
    for (let at = 0; at < blocks; at++) {
      let all = 0xffff_ffff;
      for (let row = 0; row < 32; row++) {
        const bits = accepted[at * 32 + row];
        block[row] = bits ? (bits[word] ?? 0) : 0xffff_ffff;
        all &= block[row] ?? 0;
      }
      work.left -= lookWork;
      if (all === -1) continue;
      turn(block);
      work.left -= turnWork;
      for (const speaker of here) {
        const own = accepted[speaker];
        if (own) own[at] = (own[at] ?? 0) & (block[speaker & 31] ?? 0);
      }
    }
    if (work.left < 0) return false;
  }
  return true;
}

/** Mirrors 32 by 32 bits at the diagonal: swaps the two off-diagonal quarters, then those of each quarter, and so on. */
function turn(block: Uint32Array): void {
  let mask = 0x0000_ffff;
  for (let half = 16; half > 0; half >>>= 1, mask ^= mask << half) {
    for (let row = 0; row < 32; row = (row + half + 1) & ~half) {
      const upper = block[row] ?? 0;
      const lower = block[row + half] ?? 0;
      const swapped = ((upper >>> half) ^ lower) & mask;
      block[row] = upper ^ (swapped << half);
      block[row + half] = lower ^ swapped;
    }
  }
}

function bitsetOf(numbers: readonly number[], count: number): Bitset {
  const bits = new Uint32Array(wordCount(count));
  for (const i of numbers) setBit(bits, i);
  return bits;
}

function numbersOf<K>(numbers: Map<K, number[]>, kind: K): number[] {
  let own = numbers.get(kind);
  if (!own) numbers.set(kind, (own = []));
  return own;
}
