import fc from 'fast-check';
import { termsOf } from './arbitrary-reads.js';
import {
  type ClassName,
  integerAmounts,
  isClass,
  knownClass,
  membersOf,
  misfits,
  mostly,
  objectOf,
  oidList,
  oidsOf,
  rootClass,
  someOf,
  valueOf,
  wrapped,
} from './arbitrary-values.js';
import type { Json, JsonRecord } from './reference-values.js';

export const store = knownClass.chain((className) =>
  fc.record({
    _class: mostly<Json>(
      fc.constant(className),
      fc.oneof<fc.Arbitrary<Json>[]>(
        rootClass,
        fc.constantFrom<Json>({ Extra: { a: 'int' } }, { Extra: { a: 'Nope' } }, {}, '', 1, { A: {}, B: {} }),
      ),
      12,
    ),
    _objects: mostly<Json>(
      fc.array(wrapped(className, objectOf(className)), { minLength: 1, maxLength: 4 }),
      fc.constantFrom<Json>([], {}, [1], [{}, null]),
      20,
    ),
  }),
);

export const targets: (className: ClassName) => fc.Arbitrary<JsonRecord> = (className) =>
  fc.record(
    { _oids: oidList(className), _where: mostly<Json>(termsOf(className, false), fc.constantFrom<Json>({}, 1)) },
    { requiredKeys: [] },
  );

export const update = knownClass.chain((className) =>
  fc
    .tuple(
      targets(className),
      conditionOf(className),
      fc.boolean(),
      mostly(changesOf(className), fc.constant<JsonRecord>({}), 20),
    )
    .map(([meant, condition, isBeside, changes]): JsonRecord => {
      if (isBeside) return { ...condition, [className]: { ...meant, ...changes } };
      return { [className]: { ...meant, ...condition, ...changes } };
    }),
);

/** `_if` in one of three. */
export function conditionOf(className: ClassName): fc.Arbitrary<JsonRecord> {
  const condition = mostly<Json>(termsOf(className, false), fc.constantFrom<Json>({}, 1), 20);
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<JsonRecord>({}) },
    { weight: 1, arbitrary: condition.map((_if) => ({ _if })) },
  );
}

export function changesOf(className: ClassName): fc.Arbitrary<JsonRecord> {
  const entries = membersOf(className).map(([member, type]): [string, fc.Arbitrary<Json>] => {
    const base = type.replace('[]', '');
    if (!isClass(base)) return [member, fc.oneof({ weight: 3, arbitrary: valueOf(type) }, additionTo(type))];
    const links: fc.Arbitrary<Json> =
      type === base
        ? wrapped(
            base,
            oidsOf(className).map((oid) => ({ _oid: oid })),
          )
        : valueOf(type);
    return [member, fc.oneof(links, mostly(wrapped(base, changesOf(base)), misfits))];
  });
  return mostly(someOf(entries, 1, 3), fc.constant<JsonRecord>({}), 30);
}

/** Numbers are mostly added to by little; now and then to beyond their range. */
export function additionTo(type: string): fc.Arbitrary<Json> {
  const amounts = type === 'decimal' ? fc.constantFrom<Json>(1, -0.5, 1e308, -1e308, 2n ** 63n) : integerAmounts;
  return mostly<Json>(
    amounts.map((_inc) => ({ _inc })),
    fc.oneof(
      misfits.map((_inc) => ({ _inc })),
      fc.constantFrom<Json>({}, { _inc: 1, size: 1 }, { size: 1 }),
    ),
    10,
  );
}

export const remove = knownClass.chain((className) =>
  fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: targets(className) },
        { weight: 1, arbitrary: fc.constant<JsonRecord>({ x: 1 }) },
      ),
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom<JsonRecord>({}, { _deep: true }, { _deep: false }) },
        { weight: 1, arbitrary: fc.constant<JsonRecord>({ _deep: 1 }) },
      ),
    )
    .map(([meant, deep]) => ({ [className]: { ...meant, ...deep } })),
);

export const createClasses: fc.Arbitrary<JsonRecord> = fc.constantFrom<JsonRecord>(
  { Extra: { link: 'Room', more: { _type: 'decimal[]', _index: true } } },
  { Extra: { a: 'int' }, Other: { extra: 'Extra[]' } },
  { Other: { extra: 'Extra' } },
  { Fresh: { a: 'int' }, Item: { a: 'int' } },
  { Self: { self: 'Self' } },
  { Bad: { a: 'int[][]' } },
  { Bad: {} },
  { Bad: 1 },
  { Bad: { a: 1 } },
  { Bad: { _a: 'int' } },
  { Bad: { a: { _index: true } } },
  { Bad: { a: { _type: 1 } } },
  { Bad: { a: { _type: 'Item', _index: true } } },
  { Bad: { a: { _type: 'int', _index: 1 } } },
  { Bad: { a: { _type: 'int', _nope: 1 } } },
  { Brief: { _ttl: 60, a: 'int' } },
  { Bad: { _ttl: 60 } },
  { Bad: { _ttl: 0, a: 'int' } },
  { Bad: { _ttl: '1', a: 'int' } },
  { Bad: { _ttl: 1e12, a: 'int' } },
  { 'no name': { a: 'int' } },
  { int: { a: 'int' } },
  {},
);

/** Members that hold values, mostly one; others now and then. */
export const indexed: fc.Arbitrary<JsonRecord> = knownClass.chain((className) => {
  const members = membersOf(className).flatMap(([member, type]) => (isClass(type.replace('[]', '')) ? [] : [member]));
  const lists = mostly<Json>(
    fc.array(fc.constantFrom(...members), { minLength: 1, maxLength: 2 }),
    fc.constantFrom<Json>([], ['box'], ['main'], ['nope'], ['_oid'], [1], 'name'),
    10,
  );
  return mostly(
    lists.map((list): JsonRecord => ({ [className]: list })),
    fc.constantFrom<JsonRecord>({}, { Nope: ['a'] }, { Item: ['stock'], Room: ['title'] }, { _oids: [] }),
    10,
  );
});
