import { parseLabels, parseSelector } from '@syncytium/selector-parser';
import fc from 'fast-check';
import { Profile } from '../profile.js';

const keys = ['a', 'b', 'c'];
const values = ['', 'x', 'y', 'z', '1', '2', '10'];
const key = fc.constantFrom(...keys);
const value = fc.constantFrom(...values);
const valueList = fc.uniqueArray(value, { minLength: 1, maxLength: 3 }).map((list) => list.join(','));

/** One requirement, of any operator that selectors know. */
const requirement = fc.oneof(
  fc.tuple(key, fc.constantFrom('=', '==', '!='), value).map((parts) => parts.join('')),
  fc.tuple(key, fc.constantFrom(' in ', ' notin '), valueList).map(([k, operator, list]) => `${k}${operator}(${list})`),
  fc.tuple(key, fc.constantFrom('>', '<'), fc.constantFrom('1', '2', '5')).map((parts) => parts.join('')),
  key,
  key.map((k) => `!${k}`),
);

export const selectorText = fc.array(requirement, { maxLength: 3 }).map((list) => list.join(','));

export const labelsText = fc
  .array(fc.tuple(key, value), { maxLength: 3 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join(','));

/** Profiles over few keys and values, so that many match and many do not; equal ones are often the same object. */
export const profile = fc
  .oneof({ weight: 2, arbitrary: actorProfile() }, { weight: 1, arbitrary: fc.tuple(labelsText, selectorText) })
  .map(([labels, selector]) => cached(labels, selector));

/** Profiles that match most others, so that there are large groups, and large ones that one or two keep from being one. */
export const sociableProfile = fc
  .record({
    a: fc.constantFrom(...Array.from({ length: 64 }, (_, i) => `s${i}`)),
    refused: fc.constantFrom('', '', '', '', '', 's0', 's1'),
  })
  .map(({ a, refused }) => cached(`a=${a}`, `a!=${refused || a}`));

const number = fc.nat(99);
const bound = fc.tuple(fc.constantFrom('n>', 'n<', 'm>', 'm<'), number).map((parts) => parts.join(''));
const refusal = fc
  .tuple(fc.constantFrom('', 'x', 'y'), number)
  .map(([camp, n]) => `camp notin (${camp ? `${camp},` : ''}u${n})`);

/** Profiles that refuse each other by numbers, more or less, and by lists of which no two are equal. */
export const orderedProfile = fc
  .record({
    n: fc.oneof(number.map(String), fc.constantFrom('', '007', 'x', '9223372036854775807', '9223372036854775808')),
    m: number,
    camp: fc.constantFrom('x', 'y', 'z'),
    selector: fc.oneof(bound, bound, refusal, fc.tuple(bound, refusal).map(String), fc.constantFrom('', 'n', '!n')),
    hasNone: fc.boolean(),
  })
  .map(({ n, m, camp, selector, hasNone }) => cached(`camp=${camp},m=${m}${hasNone ? '' : `,n=${n}`}`, selector));

/** Numbers around the ends of what selectors take for one, and texts that are none; the first nine of them are. */
const edges = [
  ...['0', '00', '7', '007', '8', '4611686018427387904'],
  ...['9223372036854775806', '9223372036854775807', '0009223372036854775807'],
  ...['9223372036854775808', '09223372036854775808', '18446744073709551617', '99999999999999999999999999'],
  ...['', 'x', '1e3', '0x7', '7.0', '7-7'],
];
const edgeBound = fc
  .tuple(fc.constantFrom('n>', 'n<'), fc.constantFrom(...edges.slice(0, 9)))
  .map((parts) => parts.join(''));

/** Profiles that refuse each other by numbers at the ends of what selectors take for one. */
export const edgeProfile = fc
  .record({
    n: fc.option(fc.constantFrom(...edges), { freq: 8, nil: undefined }),
    selector: fc.oneof(edgeBound, edgeBound, fc.constantFrom('', '!n')),
  })
  .map(({ n, selector }) => cached(n === undefined ? '' : `n=${n}`, selector));

/** The default of the protocol: an actor that matches everybody but itself. */
function actorProfile(): fc.Arbitrary<[string, string]> {
  return fc.constantFrom('x', 'y', 'z', '1', '2').map((actor) => [`a=${actor}`, `a!=${actor}`]);
}

const known = new Map<string, Profile>();

function cached(labels: string, selector: string): Profile {
  const text = `${labels}|${selector}`;
  let made = known.get(text);
  if (!made) known.set(text, (made = new Profile(parseLabels(labels), parseSelector(selector))));
  return made;
}
