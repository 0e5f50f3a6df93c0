import type { Requirement } from '@syncytium/selector-parser';
import { clearBit, fullBitset, hasBit, setBit, wordCount, type Bitset } from './bitset.js';
import type { Kind, MatchRequest, Waiter } from './kind.js';

/** Who matches whom among some waiters, numbered from the oldest. */
export interface MatchGraph<R extends MatchRequest> {
  readonly waiters: readonly Waiter<R>[];
  /** For each waiter, the others that match it; waiters of one kind share a set, and their own bits in it. */
  readonly matching: readonly Bitset[];
  /** For each waiter, those of its kind, itself included. */
  readonly sameKind: readonly Bitset[];
}

/** Largest graph in 32-bit words: 64 MiB, some 23,000 waiters of different kinds. */
export const matchGraphWordsMax = 2 ** 24;

/** Size of the graph over so many kinds and waiters. */
export function matchGraphWords(kinds: number, waiters: number): number {
  return kinds * wordCount(waiters);
}

/**
 * The graph over the oldest waiters of each kind: `need` of them where the kind matches itself, one where it does not,
 * since no group takes more.
 */
export function buildMatchGraph<R extends MatchRequest>(kinds: readonly Kind<R>[], need: number): MatchGraph<R> {
  const waiters: Waiter<R>[] = [];
  for (const { oldest, profile } of kinds) {
    const max = profile.matchesItself ? need : 1;
    let waiter = oldest;
    for (let i = 0; i < max && waiter; i++, waiter = waiter.newer) waiters.push(waiter);
  }
  waiters.sort((a, b) => a.order - b.order);

  const numbers = new Map<Kind<R>, number[]>();
  waiters.forEach(({ kind }, i) => {
    if (kind) numbersOf(numbers, kind).push(i);
  });
  const accepted = acceptedByKind(numbers, waiters.length);
  // A kind's set holds whom it accepts; whoever does not accept it in turn leaves it here.
  for (const [kind, bits] of accepted) {
    const own = numbers.get(kind) ?? [];
    for (const refused of zeroBits(bits, waiters.length)) {
      const other = waiters[refused]?.kind;
      const theirs = other && accepted.get(other);
      if (theirs) for (const i of own) clearBit(theirs, i);
    }
  }
  const sameKind = new Map<Kind<R>, Bitset>();
  for (const [kind, own] of numbers) sameKind.set(kind, bitsetOf(own, waiters.length));
  const empty = new Uint32Array(wordCount(waiters.length));
  return {
    waiters,
    matching: waiters.map(({ kind }) => (kind && accepted.get(kind)) ?? empty),
    sameKind: waiters.map(({ kind }) => (kind && sameKind.get(kind)) ?? empty),
  };
}

/** For each kind, the waiters its selector accepts. Looks at values of labels, not at pairs of waiters. */
function acceptedByKind<R extends MatchRequest>(
  numbers: ReadonlyMap<Kind<R>, readonly number[]>,
  count: number,
): Map<Kind<R>, Bitset> {
  const valuesByKey = new Map<string, Map<string | undefined, LabelValue>>();
  const valuesOf = (key: string): Map<string | undefined, LabelValue> => {
    let values = valuesByKey.get(key);
    if (values) return values;
    values = new Map();
    for (const [{ profile }, own] of numbers) {
      const value = profile.labels[key];
      const known = values.get(value);
      if (known) known.numbers.push(...own);
      else values.set(value, { labels: profile.labels, numbers: [...own] });
    }
    valuesByKey.set(key, values);
    return values;
  };
  const accepted = new Map<Kind<R>, Bitset>();
  for (const kind of numbers.keys()) {
    const bits = fullBitset(count);
    for (const requirement of kind.profile.selector.requirements)
      restrict(bits, requirement, valuesOf(requirement.key));
    accepted.set(kind, bits);
  }
  return accepted;
}

/** Waiters that have the same value of a label, and the labels of one of them. */
interface LabelValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly numbers: number[];
}

/** Takes out of `bits` whoever does not fulfil the requirement. */
function restrict(bits: Bitset, requirement: Requirement, byValue: ReadonlyMap<string | undefined, LabelValue>): void {
  const { operator, values } = requirement;
  if (operator === '!=' || operator === 'notin') {
    for (const value of values) for (const i of byValue.get(value)?.numbers ?? []) clearBit(bits, i);
    return;
  }
  const fulfilling = new Uint32Array(bits.length);
  const isEquality = operator === '=' || operator === '==' || operator === 'in';
  for (const value of isEquality ? values : byValue.keys()) {
    const known = byValue.get(value);
    if (!known || !(isEquality || requirement.matches(known.labels))) continue;
    for (const i of known.numbers) setBit(fulfilling, i);
  }
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) & (fulfilling[word] ?? 0);
}

function* zeroBits(bits: Bitset, count: number): Iterable<number> {
  for (let at = 0; at < count; at++) {
    if ((at & 31) === 0 && bits[at >>> 5] === 0xffff_ffff) at += 31;
    else if (!hasBit(bits, at)) yield at;
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
