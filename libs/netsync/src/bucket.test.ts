import { parseLabels, parseSelector } from '@syncytium/selector-parser';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Bucket } from './bucket.js';
import { Kind, Place, Waiter, type MatchRequest } from './kind.js';
import { Profile } from './profile.js';

const made = (labels: string, selector: string): Profile => new Profile(parseLabels(labels), parseSelector(selector));
let arrivals = 0;

/** A kind with one waiter, in a bucket. */
function put(bucket: Bucket<MatchRequest>, labels: string, selector: string): Place {
  const profile = made(labels, selector);
  const kind = new Kind<MatchRequest>(profile, 1);
  kind.append(new Waiter({ id: `${arrivals}`, event: 'e', profile, mates: 1, deadline: Infinity }, arrivals++));
  const place = new Place<MatchRequest>(kind, bucket);
  bucket.add(place);
  return place;
}

/** At how many kinds a search looks, and how many it finds. */
function search(bucket: Bucket<MatchRequest>, newcomer: Profile): { looks: number; found: number } {
  const spy = vi.spyOn(Profile.prototype, 'matches');
  let found = 0;
  bucket.some(newcomer, () => ++found < 0);
  const looks = spy.mock.calls.length;
  spy.mockRestore();
  return { looks, found };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a bucket', () => {
  it('looks at those who are ruled out together only once', () => {
    const bucket = new Bucket<MatchRequest>();
    for (let i = 0; i < 100; i++) put(bucket, `i=${i}`, 'wanted');
    for (let i = 0; i < 10; i++) put(bucket, `i=${i}`, '');
    expect(search(bucket, made('', ''))).toEqual({ looks: 110, found: 10 });
    expect(search(bucket, made('', ''))).toEqual({ looks: 10, found: 10 });
    expect(search(bucket, made('wanted=1', ''))).toEqual({ looks: 110, found: 110 });
    // Whoever comes later with the same reason is set apart at once.
    put(bucket, 'i=late', 'wanted');
    expect(search(bucket, made('', ''))).toEqual({ looks: 10, found: 10 });
  });

  it('learns from searches for the oldest, too', () => {
    const bucket = new Bucket<MatchRequest>();
    for (let i = 0; i < 100; i++) put(bucket, `i=${i}`, 'wanted');
    const last = put(bucket, 'i=last', '');
    expect(bucket.oldest(made('', ''))).toBe(last.kind);
    expect(search(bucket, made('', '')).looks).toBe(1);
    expect(bucket.oldest(made('', ''))).toBe(last.kind);
  });

  it('does not look below a match, nor at who is younger than the best that is known', () => {
    const bucket = new Bucket<MatchRequest>();
    const places = Array.from({ length: 100 }, (_, i) => put(bucket, `i=${i}`, ''));
    const spy = vi.spyOn(Profile.prototype, 'matches');
    expect(bucket.oldest(made('', ''))).toBe(places[0]?.kind);
    expect(spy.mock.calls.length).toBe(1);
    const older = new Kind<MatchRequest>(made('', ''), 1);
    older.append(new Waiter({ id: 'o', event: 'e', profile: older.profile, mates: 1, deadline: Infinity }, -1));
    expect(bucket.oldest(made('', ''), older)).toBe(older);
    expect(spy.mock.calls.length).toBe(1);
  });

  it('knows its size, whoever leaves from whichever part', () => {
    const bucket = new Bucket<MatchRequest>();
    const places = Array.from({ length: 200 }, (_, i) => put(bucket, `i=${i}`, `wanted-${i % 2}`));
    for (let i = 0; i < 4; i++) search(bucket, made('', ''));
    expect(search(bucket, made('', '')).looks).toBe(0);
    expect(bucket.size).toBe(200);
    for (const [left, place] of places.entries()) {
      expect([bucket.size, bucket.isEmpty]).toEqual([200 - left, false]);
      place.bucket.remove(place);
    }
    expect([bucket.size, bucket.isEmpty]).toEqual([0, true]);
  });

  it('forgets the parts that have become empty, so that there is room for others', () => {
    const bucket = new Bucket<MatchRequest>();
    for (let i = 0; i < 200; i++) {
      const places = Array.from({ length: 40 }, (_, j) => put(bucket, `i=${j}`, `wanted-${i}`));
      expect(search(bucket, made('', '')).looks).toBe(40);
      expect(search(bucket, made('', '')).looks).toBe(0);
      for (const place of places) place.bucket.remove(place);
      expect(bucket.size).toBe(0);
    }
  });

  it('sets apart within what was set apart', () => {
    const bucket = new Bucket<MatchRequest>();
    for (let i = 0; i < 200; i++) put(bucket, `i=${i}`, i % 2 ? 'first' : 'first,second');
    expect(search(bucket, made('', '')).looks).toBe(200);
    expect(search(bucket, made('', '')).looks).toBe(0);
    expect(search(bucket, made('first=1', ''))).toEqual({ looks: 200, found: 100 });
    expect(search(bucket, made('first=1', ''))).toEqual({ looks: 100, found: 100 });
    expect(search(bucket, made('first=1,second=1', ''))).toEqual({ looks: 200, found: 200 });
    expect(search(bucket, made('', '')).looks).toBe(0);
  });

  it('leaves those as they are who have no reason in common', () => {
    const bucket = new Bucket<MatchRequest>();
    for (let i = 0; i < 100; i++) put(bucket, `i=${i}`, `wanted-${i}`);
    for (let i = 0; i < 3; i++) expect(search(bucket, made('', '')).looks).toBe(100);
    expect(search(bucket, made('wanted-7=1', ''))).toEqual({ looks: 100, found: 1 });
  });
});

describe('a bucket of those in an order', () => {
  it.each([
    ['who each ask for more than a number', (i: number) => ['', `n>${i}`], 'n=0'],
    ['who each ask for less than a number', (i: number) => ['', `n<${1000 - i}`], 'n=2000'],
  ] as const)('%s soon looks at few of them', (_who, textOf, labels) => {
    const bucket = new Bucket<MatchRequest>();
    for (let i = 0; i < 1000; i++) put(bucket, ...(textOf(i) as [string, string]));
    const newcomer = made(labels, '');
    for (let i = 0; i < 12; i++) search(bucket, newcomer);
    expect(search(bucket, newcomer)).toEqual({ looks: expect.any(Number) as number, found: 0 });
    expect(search(bucket, newcomer).looks).toBeLessThan(64);
  });

  it.each(['n>2000', 'n<0'])('who each have a number, soon looks at few of them for %s', (selector) => {
    const bucket = new Bucket<MatchRequest>();
    for (let i = 0; i < 1000; i++) put(bucket, `n=${i}`, '');
    const newcomer = made('', selector);
    for (let i = 0; i < 12; i++) search(bucket, newcomer);
    expect(search(bucket, newcomer).looks).toBeLessThan(64);
    expect(search(bucket, made('', selector === 'n<0' ? 'n<500' : 'n>499')).found).toBe(500);
  });
});
