import { parseLabels, parseSelector } from '@syncytium/selector-parser';
import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KindIndex } from './kind-index.js';
import { Kind, Waiter, type MatchRequest } from './kind.js';
import { Profile } from './profile.js';
import { edgeProfile, orderedProfile, profile } from './testing/arbitrary-requests.js';
import { findObstacle, type Bound, type Trait } from './trait.js';

const made = (labels: string, selector: string): Profile => new Profile(parseLabels(labels), parseSelector(selector));
const showing = (value: string): Profile => made(`n=${value}`, '');
const asking = (selector: string): Profile => made('', selector);

const some = fc.oneof(profile, orderedProfile, edgeProfile);

/**
 * Laws: two profiles have an obstacle exactly when they do not match; each trait it tells is the waiting one's and rules
 * it out for the newcomer; and nobody who has a trait matches anybody for whom the trait rules him out.
 */
describe('a trait', () => {
  const traitsOf = (newcomer: Profile, waiting: Profile): Trait[] => {
    const { exact, wide, bound } = findObstacle(newcomer, waiting) ?? {};
    return [exact, wide, bound?.toTrait()].flatMap((trait) => trait ?? []);
  };

  it('is told of those who do not match, and only of them', () => {
    fc.assert(
      fc.property(some, some, (newcomer, waiting) => {
        const traits = traitsOf(newcomer, waiting);
        expect(traits.length > 0).toBe(!waiting.matches(newcomer));
        for (const trait of traits) expect([trait.isOf(waiting), trait.rulesOut(newcomer)]).toEqual([true, true]);
      }),
      propertyRuns(2000),
    );
  });

  it('rules nobody out who matches', () => {
    let ruledOut = 0;
    fc.assert(
      fc.property(fc.array(some, { minLength: 10, maxLength: 20 }), ([first, second, ...others]) => {
        if (!first || !second) return;
        for (const trait of traitsOf(first, second)) {
          const those = others.filter((one) => trait.isOf(one));
          for (const newcomer of others.filter((one) => trait.rulesOut(one))) {
            for (const waiting of those) {
              ruledOut++;
              if (waiting.matches(newcomer)) throw new Error(`${trait.text} rules out who matches`);
            }
          }
        }
      }),
      propertyRuns(2000),
    );
    expect(ruledOut).toBeGreaterThan(1000);
  });
});

describe('of those who ask for more or less than a number', () => {
  const boundOf = (newcomer: Profile, waiting: Profile): Bound | undefined => findObstacle(newcomer, waiting)?.bound;

  it('have a bound that who asks for as much or more has, too', () => {
    const more = boundOf(showing('7'), asking('n>9'))?.toTrait();
    expect(
      ['n>8', 'n>9', 'n>009', 'n>10', 'n>9223372036854775807', 'n<9', 'm>10'].map((text) => more?.isOf(asking(text))),
    ).toEqual([false, true, true, true, true, false, false]);
    expect(['9', '10', '010', 'x', '9223372036854775808'].map((value) => more?.rulesOut(showing(value)))).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
    const less = boundOf(showing('12'), asking('n<9'))?.toTrait();
    expect(['n<10', 'n<9', 'n<0', 'n>9'].map((text) => less?.isOf(asking(text)))).toEqual([false, true, true, false]);
    expect(['8', '9', '10'].map((value) => less?.rulesOut(showing(value)))).toEqual([false, true, true]);
  });

  it('the number that is not enough is one, which all have who are at least as far off', () => {
    const low = boundOf(asking('n>9'), showing('007'))?.toTrait();
    expect(['8', '7', '0007', '0', '', 'x', '9223372036854775808'].map((value) => low?.isOf(showing(value)))).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(low?.isOf(made('', ''))).toBe(false);
    expect(['n>6', 'n>7', 'n>8', 'n<7', 'm>9'].map((text) => low?.rulesOut(asking(text)))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
    const high = boundOf(asking('n<3'), showing('7'))?.toTrait();
    expect(
      ['6', '7', '9223372036854775807', '9223372036854775808', 'x'].map((value) => high?.isOf(showing(value))),
    ).toEqual([false, true, true, false, false]);
  });

  it('bounds of one scale are ranked by how far off they are', () => {
    const rank = (newcomer: Profile, waiting: Profile): bigint => boundOf(newcomer, waiting)?.rank ?? 0n;
    expect(rank(showing('1'), asking('n>9'))).toBeGreaterThan(rank(showing('1'), asking('n>8')));
    expect(rank(showing('99'), asking('n<8'))).toBeGreaterThan(rank(showing('99'), asking('n<9')));
    expect(rank(asking('n>9'), showing('1'))).toBeGreaterThan(rank(asking('n>9'), showing('2')));
    expect(rank(asking('n<1'), showing('9'))).toBeGreaterThan(rank(asking('n<1'), showing('8')));
    const scales = [
      boundOf(showing('1'), asking('n>9')),
      boundOf(showing('1'), asking('m>9')),
      boundOf(showing('99'), asking('n<9')),
      boundOf(asking('n>9'), showing('1')),
      boundOf(asking('n<1'), showing('9')),
      boundOf(asking('m>9'), made('m=1', '')),
    ].map((bound) => bound?.scale);
    expect(new Set(scales).size).toBe(scales.length);
  });

  it('what selectors take for no number is no bound', () => {
    for (const value of ['', 'x', '1e3', '0x9', '1.5', '1_0', '5-5', '9223372036854775808', '018446744073709551616'])
      expect(boundOf(asking('n>5'), showing(value))).toBeUndefined();
    expect(boundOf(asking('n>5'), made('', ''))).toBeUndefined();
    expect(boundOf(asking('n<1'), showing('9223372036854775807'))?.rank).toBe(2n ** 63n - 1n);
  });

  it('numbers with a sign, and bounds beyond 64 bits, are none that labels and selectors can have', () => {
    for (const value of ['+5', '-5', '-9223372036854775809']) expect(() => showing(value)).toThrow();
    for (const bound of ['+5', '-5', '-9223372036854775809', '9223372036854775808', 'x', ''])
      expect(() => asking(`n>${bound}`)).toThrow();
  });
});

describe('an index that has learnt from', () => {
  const indexOf = (profiles: readonly Profile[]): KindIndex<MatchRequest> => {
    const index = new KindIndex<MatchRequest>();
    for (const [i, one] of profiles.entries()) {
      const kind = new Kind<MatchRequest>(one, 1);
      kind.append(new Waiter({ id: `${i}`, event: 'e', profile: one, mates: 1, deadline: Infinity }, i));
      index.add(kind);
    }
    return index;
  };
  const search = (index: KindIndex<MatchRequest>, newcomer: Profile): Profile[] => {
    const found: Profile[] = [];
    index.some(newcomer, ({ profile: one }) => found.push(one) < 0);
    return found;
  };

  it.each([
    ['numbers beyond 64 bits', (i: number) => String(2n ** 63n + BigInt(i))],
    ['numbers of very many digits', (i: number) => `9${String(i).padStart(40, '0')}`],
    ['the last numbers of 64 bits, asked for more', (i: number) => String(2n ** 63n - 1n - BigInt(i))],
    ['what is no number', (i: number) => `x${i}`],
    ['numbers behind zeros', (i: number) => `000${i}`],
  ])('%s finds the numbers that are enough', (_what, valueOf) => {
    const others = Array.from({ length: 200 }, (_, i) => showing(valueOf(i)));
    const numbers = ['300', '0000300', '4000', '9223372036854775807'].map(showing);
    const index = indexOf([...others, ...numbers]);
    const matching = (newcomer: Profile): Profile[] => [...others, ...numbers].filter((one) => one.matches(newcomer));
    for (const selector of ['n>299', 'n>9223372036854775806', 'n>9223372036854775807', 'n<301', 'n<1', 'n>299']) {
      for (let again = 0; again < 8; again++) {
        const newcomer = asking(selector);
        expect(new Set(search(index, newcomer))).toEqual(new Set(matching(newcomer)));
      }
    }
  });
});
