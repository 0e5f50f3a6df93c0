import fc from 'fast-check';
import type { Json, JsonRecord } from './reference-values.js';

/** Stands for the OID of an object made so far: which one is settled when the query is asked. */
export interface OidPick {
  readonly $oid: number;
  /** The object's class; absent for any object, also one that is gone. */
  readonly $class?: string;
}

/** A query with OIDs in place of picks; where there is none to pick, one that no object has. */
export function settleOids(value: Json, choose: (pick: OidPick) => string | undefined): Json {
  if (Array.isArray(value)) return value.map((item: Json) => settleOids(item, choose));
  if (typeof value !== 'object' || value === null) return value;
  if ('$oid' in value) return choose(value as unknown as OidPick) ?? 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee';
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, settleOids(item, choose)]));
}

export const classNames = ['Item', 'Box', 'Room'] as const;
export type ClassName = (typeof classNames)[number];

/** The classes of every sequence, by member; `?` marks members that are indexed in some sequences. */
export const schema = {
  Item: {
    name: 'string?',
    size: 'int?',
    stock: 'uint',
    price: 'decimal?',
    sold: 'bool?',
    tags: 'string[]?',
    codes: 'int[]',
  },
  Box: { label: 'string', main: 'Item', items: 'Item[]' },
  Room: { title: 'string?', box: 'Box', boxes: 'Box[]', extra: 'Item' },
} as const satisfies Record<ClassName, Record<string, string>>;

export const scalarArbitraries = {
  string: fc.constantFrom('', 'a', 'ab', 'abc', 'é', '\u{10000}', '\uffff', '__proto__'),
  int: fc.constantFrom<Json>(-1, 0, 1, 2, 9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n),
  uint: fc.constantFrom<Json>(0, 1, 2, 2n ** 63n, 2n ** 64n - 1n),
  decimal: fc.constantFrom<Json>(0, -0, 1, 0.5, -2.25, 1e300, 9007199254740993n),
  bool: fc.boolean(),
} as const;

export const integerAmounts = fc.constantFrom<Json>(1, 1, 1, -1, 0, 9007199254740993n, 2n ** 63n, -(2n ** 63n));

export const misfits: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  null,
  true,
  'a',
  1.5,
  -1,
  2n ** 63n,
  2n ** 64n,
  [],
  {},
  ['a', 1],
);
export function oidsOf(className: string): fc.Arbitrary<Json> {
  const pick = fc.nat(1000);
  return mostly<Json>(
    pick.map((picked) => ({ $oid: picked, $class: className })),
    pick.map((picked) => ({ $oid: picked })),
    20,
  );
}

/** Mostly `usual`, now and then something that makes the query fail. */
export function mostly<T>(usual: fc.Arbitrary<T>, wrong: fc.Arbitrary<T>, oneIn = 60): fc.Arbitrary<T> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: usual }, { weight: 1, arbitrary: wrong });
}

export function scalarOf(type: string): fc.Arbitrary<Json> {
  return mostly<Json>(scalarArbitraries[type as keyof typeof scalarArbitraries], misfits);
}

export function isClass(type: string): type is ClassName {
  return (classNames as readonly string[]).includes(type);
}

export function membersOf(className: ClassName): [string, string][] {
  return Object.entries(schema[className]).map(([member, type]) => [member, type.replace('?', '')]);
}

export function wrapped(className: string, object: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.tuple(object, fc.boolean()).map(([bare, wrap]) => (wrap ? { [className]: bare } : bare));
}

export function someOf(
  entries: readonly [string, fc.Arbitrary<Json>][],
  membersMin: number,
  membersMax: number,
): fc.Arbitrary<JsonRecord> {
  const options = entries.map(([member, arbitrary]) => arbitrary.map((value) => [member, value] as const));
  return fc
    .uniqueArray(fc.oneof(...options), { minLength: membersMin, maxLength: membersMax, selector: ([member]) => member })
    .map((chosen) => Object.fromEntries(chosen));
}

export function objectOf(className: ClassName): fc.Arbitrary<JsonRecord> {
  const entries = membersOf(className).map(([member, type]): [string, fc.Arbitrary<Json>] => [member, valueOf(type)]);
  return mostly(
    someOf(entries, 0, 4),
    fc.constantFrom<JsonRecord>({ nope: 1 }, { _oid: 'x' }, { _nope: 1 }, { _limit: 1 }),
    40,
  );
}

export function valueOf(type: string): fc.Arbitrary<Json> {
  const base = type.replace('[]', '');
  const one: fc.Arbitrary<Json> = isClass(base) ? linkedOf(base) : scalarOf(base);
  return type === base ? one : mostly<Json>(fc.array(one, { maxLength: 3 }), misfits);
}

export function linkedOf(className: ClassName): fc.Arbitrary<Json> {
  const link: fc.Arbitrary<Json> = mostly<Json>(
    oidsOf(className).map((oid) => ({ _oid: oid })),
    fc.constantFrom<Json>({ _oid: 'no uuid' }, { _oid: 1 }, { _oid: absentOid }, { _oid: absentOid, name: 'a' }),
    20,
  );
  return mostly(wrapped(className, fc.oneof(objectOf(className), link)), misfits);
}

/** A UUID that no object has. */
export const absentOid = 'ffffffff-ffff-4fff-8fff-ffffffffffff';

export const rootClass = mostly<string>(
  fc.constantFrom(...classNames),
  fc.constantFrom('Nope', 'Extra', '__proto__', 'toString'),
);
export const knownClass = fc.constantFrom(...classNames);

export const oidList = (className: string): fc.Arbitrary<Json> =>
  mostly<Json>(
    fc.array(mostly<Json>(oidsOf(className), fc.constant<Json>(absentOid), 10), { minLength: 1, maxLength: 3 }),
    fc.constantFrom<Json>([], ['x'], [1], 'x'),
    20,
  );
