import fc from 'fast-check';
import type { Json, JsonRecord } from './reference-model.js';

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

const classNames = ['Item', 'Box', 'Room'] as const;
type ClassName = (typeof classNames)[number];

/** The classes of every sequence, by member; `?` marks members that are indexed in some sequences. */
const schema = {
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

const scalarArbitraries = {
  string: fc.constantFrom('', 'a', 'ab', 'abc', 'é', '\u{10000}', '\uffff', '__proto__'),
  int: fc.constantFrom<Json>(-1, 0, 1, 2, 9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n),
  uint: fc.constantFrom<Json>(0, 1, 2, 2n ** 63n, 2n ** 64n - 1n),
  decimal: fc.constantFrom<Json>(0, -0, 1, 0.5, -2.25, 1e300, 9007199254740993n),
  bool: fc.boolean(),
} as const;

const integerAmounts = fc.constantFrom<Json>(1, 1, 1, -1, 0, 9007199254740993n, 2n ** 63n, -(2n ** 63n));

const misfits: fc.Arbitrary<Json> = fc.constantFrom<Json>(null, true, 'a', 1.5, -1, 2n ** 63n, 2n ** 64n, [], {}, [
  'a',
  1,
]);
function oidsOf(className: string): fc.Arbitrary<Json> {
  const pick = fc.nat(1000);
  return mostly<Json>(
    pick.map((picked) => ({ $oid: picked, $class: className })),
    pick.map((picked) => ({ $oid: picked })),
    20,
  );
}

/** Mostly `usual`, now and then something that makes the query fail. */
function mostly<T>(usual: fc.Arbitrary<T>, wrong: fc.Arbitrary<T>, oneIn = 60): fc.Arbitrary<T> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: usual }, { weight: 1, arbitrary: wrong });
}

function scalarOf(type: string): fc.Arbitrary<Json> {
  return mostly<Json>(scalarArbitraries[type as keyof typeof scalarArbitraries], misfits);
}

function isClass(type: string): type is ClassName {
  return (classNames as readonly string[]).includes(type);
}

function membersOf(className: ClassName): [string, string][] {
  return Object.entries(schema[className]).map(([member, type]) => [member, type.replace('?', '')]);
}

function wrapped(className: string, object: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.tuple(object, fc.boolean()).map(([bare, wrap]) => (wrap ? { [className]: bare } : bare));
}

function someOf(
  entries: readonly [string, fc.Arbitrary<Json>][],
  membersMin: number,
  membersMax: number,
): fc.Arbitrary<JsonRecord> {
  const options = entries.map(([member, arbitrary]) => arbitrary.map((value) => [member, value] as const));
  return fc
    .uniqueArray(fc.oneof(...options), { minLength: membersMin, maxLength: membersMax, selector: ([member]) => member })
    .map((chosen) => Object.fromEntries(chosen));
}

function objectOf(className: ClassName): fc.Arbitrary<JsonRecord> {
  const entries = membersOf(className).map(([member, type]): [string, fc.Arbitrary<Json>] => [member, valueOf(type)]);
  return mostly(
    someOf(entries, 0, 4),
    fc.constantFrom<JsonRecord>({ nope: 1 }, { _oid: 'x' }, { _nope: 1 }, { _limit: 1 }),
    40,
  );
}

function valueOf(type: string): fc.Arbitrary<Json> {
  const base = type.replace('[]', '');
  const one: fc.Arbitrary<Json> = isClass(base) ? linkedOf(base) : scalarOf(base);
  return type === base ? one : mostly<Json>(fc.array(one, { maxLength: 3 }), misfits);
}

function linkedOf(className: ClassName): fc.Arbitrary<Json> {
  const link: fc.Arbitrary<Json> = mostly<Json>(
    oidsOf(className).map((oid) => ({ _oid: oid })),
    fc.constantFrom<Json>({ _oid: 'no uuid' }, { _oid: 1 }, { _oid: absentOid }, { _oid: absentOid, name: 'a' }),
    20,
  );
  return mostly(wrapped(className, fc.oneof(objectOf(className), link)), misfits);
}

/** A UUID that no object has. */
const absentOid = 'ffffffff-ffff-4fff-8fff-ffffffffffff';

/** Terms for a class; none at all is common for a root class and wrong for a member. */
function termsOf(className: ClassName, isRoot = true): fc.Arbitrary<JsonRecord> {
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

function testsOf(type: string): fc.Arbitrary<Json> {
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

const rootClass = mostly<string>(
  fc.constantFrom(...classNames),
  fc.constantFrom('Nope', 'Extra', '__proto__', 'toString'),
);
const knownClass = fc.constantFrom(...classNames);

/** Attributes that any query may carry. */
const head: fc.Arbitrary<JsonRecord> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<JsonRecord>({}) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<JsonRecord>({ _qid: 'one' }, { _metrics: true }, { _qid: '', _metrics: true }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<JsonRecord>(
      { _qid: 'x'.repeat(33) },
      { _qid: 1 },
      { _metrics: 1 },
      { _rsp: 'sometimes' },
      { _rsp: 'error', _qid: 'quiet' },
      { _rspMode: 'none' },
      { _rsp: 'none', _rspMode: 'none' },
      { _nope: 1 },
      { _confirm: 'x' },
    ),
  },
);

const oidList = (className: string): fc.Arbitrary<Json> =>
  mostly<Json>(
    fc.array(mostly<Json>(oidsOf(className), fc.constant<Json>(absentOid), 10), { minLength: 1, maxLength: 3 }),
    fc.constantFrom<Json>([], ['x'], [1], 'x'),
    20,
  );

const store = knownClass.chain((className) =>
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

const find = knownClass.chain((className) => {
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

/** Whether to be told how the search went, mostly not. */
const explain: fc.Arbitrary<JsonRecord> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<JsonRecord>({}) },
  { weight: 4, arbitrary: fc.constantFrom<JsonRecord>({ _explain: true }, { _explain: false }) },
  { weight: 1, arbitrary: fc.constant<JsonRecord>({ _explain: 1 }) },
);

const count: fc.Arbitrary<JsonRecord> = fc.oneof(
  fc.constant<JsonRecord>({}),
  knownClass.chain((className) => termsOf(className).map((terms) => ({ [className]: terms }))),
  rootClass.map((className) => ({ [className]: {} })),
);

const targets: (className: ClassName) => fc.Arbitrary<JsonRecord> = (className) =>
  fc.record(
    { _oids: oidList(className), _where: mostly<Json>(termsOf(className, false), fc.constantFrom<Json>({}, 1)) },
    { requiredKeys: [] },
  );

const update = knownClass.chain((className) =>
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
function conditionOf(className: ClassName): fc.Arbitrary<JsonRecord> {
  const condition = mostly<Json>(termsOf(className, false), fc.constantFrom<Json>({}, 1), 20);
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<JsonRecord>({}) },
    { weight: 1, arbitrary: condition.map((_if) => ({ _if })) },
  );
}

function changesOf(className: ClassName): fc.Arbitrary<JsonRecord> {
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
function additionTo(type: string): fc.Arbitrary<Json> {
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

const remove = knownClass.chain((className) =>
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

const createClasses: fc.Arbitrary<JsonRecord> = fc.constantFrom<JsonRecord>(
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
const indexed: fc.Arbitrary<JsonRecord> = knownClass.chain((className) => {
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

const queries: fc.Arbitrary<JsonRecord> = fc.oneof(
  { weight: 30, arbitrary: named('STORE', store) },
  { weight: 20, arbitrary: explained('FIND', find) },
  { weight: 8, arbitrary: explained('COUNT', count) },
  { weight: 20, arbitrary: explained('UPDATE', update) },
  { weight: 8, arbitrary: explained('DELETE', remove) },
  {
    weight: 6,
    arbitrary: named(
      'GET',
      rootClass.chain((className) => oidList(className).map((_oids) => ({ [className]: { _oids } }))),
    ),
  },
  {
    weight: 3,
    arbitrary: named(
      'OIDS',
      rootClass.map((_class) => ({ _class })),
    ),
  },
  { weight: 3, arbitrary: named('INDEXES', fc.constant<JsonRecord>({})) },
  { weight: 2, arbitrary: named('CLASSES', fc.constantFrom<JsonRecord>({}, {}, { x: 1 })) },
  { weight: 4, arbitrary: named('CREATE_CLASSES', createClasses) },
  { weight: 4, arbitrary: named('CREATE_INDEX', indexed) },
  { weight: 3, arbitrary: named('DROP_INDEX', indexed) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<JsonRecord>(
      { CLEAR: { _confirm: 'IKnowWhatImDoing' } },
      { CLEAR: { _confirm: 'perhaps' } },
      { CLEAR: {} },
      { GET: 1 },
      { GET: {} },
      { FIND: { Item: 1 } },
      { FIND: { Item: {}, Box: {} } },
      { FIND: { _limit: 1, Item: { _limit: 1 } } },
      { NOPE: {} },
      { CREATE_CLASS: { Alias: { a: 'int' } } },
    ),
  },
);

function named(query: string, content: fc.Arbitrary<JsonRecord>): fc.Arbitrary<JsonRecord> {
  return fc.tuple(head, content).map(([attributes, rest]) => ({ [query]: { ...attributes, ...rest } }));
}

/** The same for a query that searches, which may tell how. */
function explained(query: string, content: fc.Arbitrary<JsonRecord>): fc.Arbitrary<JsonRecord> {
  return named(
    query,
    fc.tuple(explain, content).map(([wish, rest]) => ({ ...wish, ...rest })),
  );
}

/** Not a query: lets so many milliseconds go by. */
export interface Pause {
  readonly $pauseMs: number;
}

/** How long objects of each class live in some sequences, in milliseconds. */
const ttls = { Item: 50, Box: 80, Room: 1000 } as const satisfies Record<ClassName, number>;

const pauses: fc.Arbitrary<Pause> = fc.constantFrom(1, 30, 50, 1000).map(($pauseMs) => ({ $pauseMs }));

/** The query that creates the classes of a sequence; objects of some expire. */
function createSchema(isIndexed: fc.Arbitrary<boolean>): fc.Arbitrary<JsonRecord> {
  const classes = classNames.map((className) => {
    const members = Object.entries(schema[className]).map(([member, type]): [string, fc.Arbitrary<Json>] => {
      if (!type.endsWith('?')) return [member, fc.constant(type)];
      return [member, isIndexed.map((_index) => ({ _type: type.slice(0, -1), _index }))];
    });
    const ttl = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, fc.constant({ _ttl: ttls[className] }));
    const definition = fc.tuple(ttl, fc.record(Object.fromEntries(members)));
    return [className, definition.map(([brief, types]): JsonRecord => ({ ...brief, ...types }))] as const;
  });
  return fc.record({ CREATE_CLASSES: fc.record(Object.fromEntries(classes)) });
}

/**
 * Sequences of queries, the first of which creates classes; most of the others work, some are wrong in some way.
 *
 * @param isIndexed Whether a member has an index to begin with.
 */
export function querySequences(isIndexed: fc.Arbitrary<boolean>): fc.Arbitrary<readonly (JsonRecord | Pause)[]> {
  const steps = fc.oneof({ weight: 20, arbitrary: queries }, { weight: 1, arbitrary: pauses });
  return fc
    .tuple(
      createSchema(isIndexed),
      named('STORE', store),
      named('STORE', store),
      fc.array(steps, { minLength: 4, maxLength: 15, size: 'max' }),
    )
    .map(([first, second, third, rest]) => [first, second, third, ...rest]);
}

/** Sequences that store a good many objects, so that indexes pay, and then mostly search: every other query is a FIND. */
export const searchSequences: fc.Arbitrary<readonly JsonRecord[]> = fc
  .tuple(
    createSchema(fc.constant(true)),
    fc.tuple(...classNames.map(manyOf)),
    fc.array(
      fc.oneof(
        { weight: 10, arbitrary: explained('FIND', find) },
        { weight: 4, arbitrary: explained('COUNT', count) },
        { weight: 3, arbitrary: explained('UPDATE', update) },
        { weight: 1, arbitrary: explained('DELETE', remove) },
        { weight: 1, arbitrary: named('CREATE_INDEX', indexed) },
        { weight: 1, arbitrary: named('DROP_INDEX', indexed) },
      ),
      { minLength: 10, maxLength: 20, size: 'max' },
    ),
  )
  .map(([first, stores, rest]) => [first, ...stores, ...rest]);

function manyOf(className: ClassName): fc.Arbitrary<JsonRecord> {
  const entries = membersOf(className).map(([member, type]): [string, fc.Arbitrary<Json>] => {
    const base = type.replace('[]', '');
    const one: fc.Arbitrary<Json> = isClass(base)
      ? oidsOf(base).map((oid) => ({ _oid: oid }))
      : scalarArbitraries[base as keyof typeof scalarArbitraries];
    return [member, type === base ? one : fc.array(one, { maxLength: 3 })];
  });
  return fc
    .array(someOf(entries, 1, 4), { minLength: 20, maxLength: 30, size: 'max' })
    .map((_objects) => ({ STORE: { _class: className, _objects } }));
}
