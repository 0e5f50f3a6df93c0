import fc from 'fast-check';
import { count, find } from './arbitrary-reads.js';
import {
  type ClassName,
  classNames,
  isClass,
  membersOf,
  oidList,
  oidsOf,
  rootClass,
  scalarArbitraries,
  schema,
  someOf,
} from './arbitrary-values.js';
import { createClasses, indexed, remove, store, update } from './arbitrary-writes.js';
import type { Json, JsonRecord } from './reference-values.js';

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

/** Whether to be told how the search went, mostly not. */
const explain: fc.Arbitrary<JsonRecord> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<JsonRecord>({}) },
  { weight: 4, arbitrary: fc.constantFrom<JsonRecord>({ _explain: true }, { _explain: false }) },
  { weight: 1, arbitrary: fc.constant<JsonRecord>({ _explain: 1 }) },
);

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
