import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { errorCodes, errorDescriptions } from '../error-codes.js';
import { TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;

beforeEach(() => {
  engine = new TestEngine();
});

describe('CREATE_CLASSES', () => {
  test('creates classes in order, so that one may refer to one before it', () => {
    const query = {
      Address: { city: 'string' },
      Person: { name: { _type: 'string', _index: true }, home: 'Address[]' },
    };
    expect(engine.run({ CREATE_CLASSES: query })).toEqual({ Address: {}, Person: {} });
    expect(engine.run({ CLASSES: {} })).toEqual([
      { Address: { city: { _type: 'string', _index: false } } },
      { Person: { name: { _type: 'string', _index: true }, home: { _type: 'Address[]', _index: false } } },
    ]);
    expect(engine.codeOf({ CREATE_CLASSES: { B: { a: 'A' }, A: { a: 'int' } } })).toBe(1100);
  });

  test('creates all classes or none', () => {
    expect(engine.codeOf({ CREATE_CLASSES: { A: { a: 'int' }, B: { b: 'nope' } } })).toBe(1100);
    expect(engine.codeOf({ CREATE_CLASSES: { A: { a: 'int' }, string: { b: 'int' } } })).toBe(1003);
    expect(engine.run({ CLASSES: {} })).toEqual([]);
    engine.run({ CREATE_CLASSES: { A: { a: 'int' } } });
    expect(engine.codeOf({ CREATE_CLASSES: { B: { b: 'int' }, A: { a: 'int' } } })).toBe(1001);
    expect(engine.run({ CLASSES: {} })).toHaveLength(1);
  });

  test('answers to its other name with its own', () => {
    expect(engine.ask({ CREATE_CLASS: { A: { a: 'int' } } })).toEqual({ CREATE_CLASSES_RSP: { A: {} } });
  });
});

test('INDEXES counts different values, of classes that have indexes', () => {
  engine.run({ CREATE_CLASSES: { A: { a: 'int' }, B: { b: { _type: 'int[]', _index: true }, c: 'int' } } });
  engine.run({ STORE: { _class: 'B', _objects: [{ b: [1, 2, 2] }, { b: [2, 3] }, {}] } });
  expect(engine.run({ INDEXES: {} })).toEqual([{ B: { b: { _keys: 3 } } }]);
});

test('STATS tells queries and clients', () => {
  engine.ask({ CLASSES: {} }, 'rest');
  engine.ask('nonsense', 'bulk');
  engine.clock.advance(5000);
  expect(engine.run({ STATS: {} })).toEqual({
    timestamp: Date.UTC(2020, 0, 1) / 1000 + 5,
    totalQueries: 3,
    rest: { connected: 1, total: 1 },
    ws: { connected: 2, total: 2 },
    evicted: 0,
    expired: 0,
  });
});

test('SERVER_INFO tells what the server says of itself', () => {
  expect(engine.run({ SERVER_INFO: {} })).toMatchObject({ serverVersion: 'embedded', interfaces: {} });
});

describe('error codes', () => {
  test('are listed by ERRORS', () => {
    const listed = engine.run({ ERRORS: {} }) as { c: number; d: string }[];
    expect(listed).toEqual(errorCodes.map((code) => ({ c: code, d: errorDescriptions[code] })));
    expect(listed.map(({ c }) => c)).toEqual([...listed.map(({ c }) => c)].sort((a, b) => a - b));
    expect(listed[0]).toEqual({ c: 1000, d: 'Class does not exist' });
  });

  test('are those of the specification, with the same words', () => {
    const page = readFileSync(new URL('../../../../docs/spec/fusion.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| (\d{4}) \| ([^|]+?) +\|/gm)].map(([, code, description]) => [
      Number(code),
      description,
    ]);
    expect(rows).toEqual(errorCodes.map((code) => [code, errorDescriptions[code]]));
  });
});

describe('what stands beside a response', () => {
  test('is the _qid, also of an error', () => {
    expect(engine.ask({ CLASSES: { _qid: 'q"1' } })).toEqual({ _qid: 'q"1', CLASSES_RSP: [] });
    expect(engine.ask({ COUNT: { _qid: 'q2', Nope: {} } })).toEqual({
      _qid: 'q2',
      COUNT_RSP_ERR: { _err: { _c: 1000, _a: 'Nope' } },
    });
    expect(engine.ask({ COUNT: { _qid: 'q3', _nope: 1 } })).toMatchObject({ _qid: 'q3' });
  });

  test('are metrics in microseconds, when asked for', () => {
    const response = engine.ask({ CLASSES: { _metrics: true } });
    expect(response).toEqual({
      CLASSES_RSP: [],
      _metrics: {
        _qryQueued: false,
        _qryQueue: 0,
        _executor: 0,
        _indexes: 0,
        _nonIndexes: 0,
        _total: 0,
        _parse: 0,
        _threads: 1,
      },
    });
    expect(engine.ask({ CLASSES: { _metrics: false } })).not.toHaveProperty('_metrics');
  });

  test('tells where time was spent', () => {
    // A clock on which every look costs a millisecond.
    let now = 0;
    const clock = { now: () => now++, wallNow: () => 0, setTimer: () => ({ cancel: () => undefined }) };
    const slow = new TestEngine({ clock });
    slow.run({ CREATE_CLASSES: { A: { a: { _type: 'int', _index: true }, b: 'int' } } });
    slow.run({ STORE: { _class: 'A', _objects: [1, 2, 3, 4, 5].map((a) => ({ a, b: 1 })) } });
    const metricsOf = (terms: object): Record<string, number> =>
      slow.ask({ FIND: { _metrics: true, A: terms } })?.['_metrics'] as Record<string, number>;
    expect(metricsOf({ a: 1 })).toMatchObject({ _indexes: 1000, _nonIndexes: 0, _parse: 1000 });
    expect(metricsOf({ b: 1 })).toMatchObject({ _indexes: 0, _nonIndexes: 1000 });
    expect(metricsOf({ a: 1, b: 1 })).toMatchObject({ _indexes: 1000, _nonIndexes: 1000 });
    const { _parse = 0, _qryQueue = 0, _executor = 0, _total = 0 } = metricsOf({});
    expect(_total).toBeGreaterThanOrEqual(_parse + _qryQueue + _executor);
  });
});

describe('a write that wants no answer', () => {
  const create = (attributes: object, type = 'int'): object => ({ CREATE_CLASSES: { ...attributes, A: { a: type } } });

  test('with "none" gets none, whether it fails or not', () => {
    expect(engine.ask(create({ _rsp: 'none' }, 'nope'))).toBeUndefined();
    expect(engine.ask(create({ _rsp: 'none' }))).toBeUndefined();
    expect(engine.answer(create({ _rspMode: 'none' }))).toEqual({
      hasFailed: true,
      isRefused: false,
      bytes: undefined,
    });
    expect(engine.ask({ COUNT: {} })).toEqual({ COUNT_RSP: { A: { _cnt: 0 } } });
  });

  test('with "error" gets one when it fails', () => {
    expect(engine.ask(create({ _rsp: 'error', _qid: 'x' }))).toBeUndefined();
    expect(engine.ask(create({ _rspMode: 'error', _qid: 'x' }))).toMatchObject({
      _qid: 'x',
      CREATE_CLASSES_RSP_ERR: {},
    });
  });

  test('but metrics gets the metrics', () => {
    const response = engine.ask(create({ _rsp: 'none', _metrics: true, _qid: 'x' }));
    expect(Object.keys(response ?? {})).toEqual(['_qid', '_metrics']);
  });
});
