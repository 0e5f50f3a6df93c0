import fc from 'fast-check';
import {
  type ClassName,
  isClass,
  knownClass,
  membersOf,
  misfits,
  mostly,
  rootClass,
  scalarOf,
  schema,
  someOf,
  wrapped,
} from './arbitrary-values.js';
import type { Json, JsonRecord } from './reference-values.js';

/** Terms for a class; none at all is common for a root class and wrong for a member. */
export function termsOf(className: ClassName, isRoot = true): fc.Arbitrary<JsonRecord> {
  const entries = membersOf(className).map(([member, type]): [string, fc.Arbitrary<Json>] => {
    const base = type.replace('[]', '');
    return [member, isClass(base) ? mostly(wrapped(base, termsOf(base, false)), misfits) : testsOf(base)];
  });
  const wrong = fc.constantFrom<JsonRecord>({ nope: 1 }, { _nope: 1 }, { _oid: 'x' });
  return mostly(
    fc.oneof({ weight: 2, arbitrary: someOf(entries, 1, 2) }, { weight: isRoot ? 2 : 0, arbitrary: fc.constant({}) }),
    wrong,
  );
}

export function testsOf(type: string): fc.Arbitrary<Json> {
  const value = scalarOf(type);
  const alternatives = mostly<Json>(fc.array(value, { minLength: 1, maxLength: 3 }), misfits);
  const choices: [string, fc.Arbitrary<Json>][] = [
    ['==', value],
    ['!=', value],
    ['in', alternatives],
  ];
  if (type !== 'bool') for (const operator of ['<', '<=', '>', '>=']) choices.push([operator, value]);
  if (type === 'string') choices.push(['prefix', fc.constantFrom<Json>('', 'a', 'ab', 'é')]);
  return fc.oneof(
    { weight: 6, arbitrary: value },
    { weight: 5, arbitrary: someOf(choices, 1, 2) },
    {
      weight: 1,
      arbitrary: mostly(value, fc.constantFrom<Json>({}, { like: 'a' }, { prefix: 'a' }, { '<': true }), 4),
    },
  );
}

export const find = knownClass.chain((className) => {
  const sortable = membersOf(className).flatMap(([member, type]) =>
    isClass(type) || type.endsWith('[]') ? [] : [member],
  );
  const sortKeys = fc.uniqueArray(fc.constantFrom(...sortable), { minLength: 1, maxLength: 2 });
  const options: fc.Arbitrary<JsonRecord> = fc.record(
    {
      _limit: mostly<Json>(fc.nat(5), fc.constantFrom<Json>(-1, 1.5, 'x', 50_001)),
      _offset: fc.nat(3),
      _sort: mostly<Json>(
        fc
          .tuple(sortKeys, fc.boolean())
          .map(([keys, isDescending]) => keys.map((key) => (isDescending ? `-${key}` : key))),
        fc.constantFrom<Json>([], 'nope', ['tags'], 1, 'box', sortable[0] ?? 'x'),
      ),
      _select: mostly<Json>(
        fc.uniqueArray(fc.constantFrom(...Object.keys(schema[className])), { minLength: 1, maxLength: 3 }),
        fc.constantFrom<Json>([], ['nope'], 'name'),
      ),
    },
    { requiredKeys: [] },
  );
  return fc
    .tuple(options, termsOf(className), fc.boolean(), rootClass, fc.nat(20))
    .map(([given, terms, beside, other, chance]): JsonRecord => {
      const root = chance === 0 ? other : className;
      return beside ? { ...given, [root]: terms } : { [root]: { ...given, ...terms } };
    });
});

export const count: fc.Arbitrary<JsonRecord> = fc.oneof(
  fc.constant<JsonRecord>({}),
  knownClass.chain((className) => termsOf(className).map((terms) => ({ [className]: terms }))),
  rootClass.map((className) => ({ [className]: {} })),
);
