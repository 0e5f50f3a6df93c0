import { describe, expect, test } from 'vitest';
import type { InterfaceName } from './query-names.js';
import { parseQuery, type RejectedQuery } from './parse-query.js';
import type { Query } from './query.js';

function accept(text: string, from: InterfaceName = 'standard'): Query {
  const parsed = parseQuery(Buffer.from(text), from);
  if (!parsed.ok) throw parsed.rejected.error;
  return parsed.query;
}

function reject(text: string | Uint8Array, from: InterfaceName = 'standard'): RejectedQuery {
  const parsed = parseQuery(typeof text === 'string' ? Buffer.from(text) : text, from);
  if (parsed.ok) throw new Error(`${String(text)} was accepted`);
  return parsed.rejected;
}

const codeOf = (text: string, from?: InterfaceName): number => reject(text, from).error.errorCode;
const uuid = '6201F873-67c1-495b-a20a-23356b401635';

describe('a text that names no query', () => {
  test.each([
    ['', 1301],
    ['{}', 1301],
    ['{', 1300],
    ['[]', 1300],
    ['"GET"', 1300],
    ['5', 1300],
    ['{"GET":{},"FIND":{}}', 1300],
    ['{"get":{}}', 1302],
    ['{"NOPE":{}}', 1302],
    ['{"__proto__":{}}', 1302],
    ['{"toString":{}}', 1302],
    ['{"":{}}', 1400],
    ['{"GET":{},"GET":{}}', 1300],
    ['['.repeat(1000), 1300],
  ])('%s is rejected without a name, with %i', (text, code) => {
    const rejected = reject(text);
    expect(rejected.error.errorCode).toBe(code);
    expect(rejected.name).toBeUndefined();
  });

  test('is one of bytes that are not UTF-8', () => {
    const bytes = Buffer.from('{"GET":{"A":{"_oids":["x"]}}}');
    bytes[bytes.indexOf('x')] = 0xff;
    expect(reject(bytes).error.errorCode).toBe(1300);
  });
});

describe('the head of a query', () => {
  test('is read', () => {
    expect(accept('{"CLASSES":{}}').head).toEqual({ qid: undefined, wantsMetrics: false, answerMode: 'all' });
    expect(
      accept('{"CLEAR":{"_confirm":"IKnowWhatImDoing","_qid":"a","_metrics":true,"_rspMode":"none"}}').head,
    ).toEqual({
      qid: 'a',
      wantsMetrics: true,
      answerMode: 'none',
    });
  });

  test('is kept of a query that is wrong elsewhere', () => {
    const rejected = reject('{"STORE":{"_qid":"mine","_rsp":"none","_class":5}}');
    expect(rejected.head).toEqual({ qid: 'mine', wantsMetrics: false, answerMode: 'none' });
    expect(rejected.name).toBe('STORE');
    expect(rejected.access).toBe('write');
  });

  test('never keeps a read from being answered', () => {
    for (const mode of ['none', 'error', 'all'])
      expect(reject(`{"COUNT":{"_rsp":"${mode}"}}`)).toMatchObject({
        head: { answerMode: 'all' },
        error: { errorCode: 1600 },
      });
  });

  test.each([
    ['{"CLASSES":{"_qid":5}}', 1101],
    ['{"CLASSES":{"_qid":null}}', 1101],
    [`{"CLASSES":{"_qid":"${'x'.repeat(33)}"}}`, 1503],
    [`{"CLASSES":{"_qid":"${'x'.repeat(100_000)}"}}`, 1503],
    ['{"CLASSES":{"_metrics":1}}', 1101],
    ['{"CLASSES":{"_rsp":"none"}}', 1600],
    ['{"CLEAR":{"_rsp":"all"}}', 1601],
    ['{"CLEAR":{"_rsp":null}}', 1601],
    ['{"CLEAR":{"_rsp":"none","_rspMode":"none"}}', 1200],
    ['{"CLASSES":{"":1}}', 1400],
    ['{"CLASSES":{"_nope":1}}', 1201],
    ['{"CLASSES":{"_oids":[]}}', 1200],
  ])('%s is refused with %i', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  test('may have a _qid of 32 characters of any kind', () => {
    expect(accept(`{"CLASSES":{"_qid":"${'😀'.repeat(32)}"}}`).head.qid).toBe('😀'.repeat(32));
    expect(codeOf(`{"CLASSES":{"_qid":"${'😀'.repeat(33)}"}}`)).toBe(1503);
  });
});

describe('interfaces', () => {
  test.each(['FIND', 'GET', 'UPDATE', 'DELETE'])('bulk refuses %s', (name) => {
    expect(codeOf(`{"${name}":{"A":{}}}`, 'bulk')).toBe(1303);
  });

  test.each([
    '{"COUNT":{}}',
    '{"STORE":{"_class":"A","_objects":[{}]}}',
    '{"CREATE_CLASSES":{"A":{"a":"int"}}}',
    '{"STATS":{}}',
  ])('bulk takes %s', (text) => {
    expect(accept(text, 'bulk')).toBeDefined();
  });

  test('REST answers each request, so it cannot answer errors only', () => {
    const clear = '{"CLEAR":{"_confirm":"IKnowWhatImDoing","_rsp":"error"}}';
    expect(codeOf(clear, 'rest')).toBe(1600);
    expect(accept(clear, 'standard').head.answerMode).toBe('error');
    expect(accept(clear.replace('error', 'none'), 'rest').head.answerMode).toBe('none');
  });
});

test('CREATE_CLASS is another name of CREATE_CLASSES', () => {
  expect(accept('{"CREATE_CLASS":{"A":{"a":"int"}}}').name).toBe('CREATE_CLASSES');
});

describe('the form of each query', () => {
  test.each([
    ['{"GET":5}', 1300],
    ['{"GET":[]}', 1300],
    ['{"GET":{}}', 1304],
    ['{"GET":{"A":5}}', 1101],
    ['{"GET":{"A":{}}}', 1202],
    ['{"GET":{"A":{"_oids":"x"}}}', 1101],
    ['{"GET":{"A":{"_oids":[]}}}', 1501],
    ['{"GET":{"A":{"_oids":[5]}}}', 1101],
    ['{"GET":{"A":{"_oids":["x"]}}}', 1700],
    [`{"GET":{"A":{"_oids":["${uuid}0"]}}}`, 1700],
    [`{"GET":{"A":{"_oids":["${uuid}"],"a":1}}}`, 1200],
    [`{"GET":{"A":{"_oids":["${uuid}"]},"B":{}}}`, 1300],
    ['{"FIND":{}}', 1304],
    ['{"FIND":{"A":{"_limit":-1}}}', 1101],
    ['{"FIND":{"A":{"_limit":1.5}}}', 1101],
    ['{"FIND":{"A":{"_limit":1.0}}}', 1101],
    ['{"FIND":{"A":{"_limit":null}}}', 1101],
    ['{"FIND":{"A":{"_limit":50001}}}', 1503],
    ['{"FIND":{"A":{"_offset":99999999999999999999}}}', 1503],
    ['{"FIND":{"A":{"_offset":"1"}}}', 1101],
    ['{"FIND":{"A":{"_sort":5}}}', 1101],
    ['{"FIND":{"A":{"_sort":""}}}', 1501],
    ['{"FIND":{"A":{"_sort":[]}}}', 1501],
    ['{"FIND":{"A":{"_select":"a"}}}', 1101],
    ['{"FIND":{"A":{"_limit":1},"_limit":2}}', 1200],
    ['{"FIND":{"A":{"_oids":[]}}}', 1200],
    ['{"COUNT":{"A":{"_limit":1}}}', 1200],
    ['{"COUNT":{"A":{},"B":{}}}', 1300],
    ['{"UPDATE":{}}', 1304],
    ['{"UPDATE":{"A":{}}}', 1305],
    ['{"UPDATE":{"A":{"_oids":[],"a":1}}}', 1501],
    ['{"UPDATE":{"A":{"_where":5,"a":1}}}', 1101],
    ['{"UPDATE":{"A":{"_deep":true,"a":1}}}', 1200],
    ['{"DELETE":{}}', 1304],
    ['{"DELETE":{"A":{"a":1}}}', 1200],
    ['{"DELETE":{"A":{"_deep":"yes"}}}', 1101],
    ['{"STORE":{}}', 1202],
    ['{"STORE":{"_class":"A"}}', 1202],
    ['{"STORE":{"_class":"","_objects":[{}]}}', 1501],
    ['{"STORE":{"_class":{},"_objects":[{}]}}', 1501],
    ['{"STORE":{"_class":5,"_objects":[{}]}}', 1101],
    ['{"STORE":{"_class":{"A":{},"B":{}},"_objects":[{}]}}', 1002],
    ['{"STORE":{"_class":"A","_objects":{}}}', 1101],
    ['{"STORE":{"_class":"A","_objects":[]}}', 1501],
    ['{"STORE":{"_class":"A","_objects":[{},5]}}', 1101],
    ['{"STORE":{"_class":"A","_objects":[{}],"A":{}}}', 1200],
    ['{"CREATE_CLASSES":{}}', 1304],
    ['{"CREATE_CLASSES":{"_class":"A"}}', 1200],
    ['{"CLEAR":{}}', 1202],
    ['{"CLEAR":{"_confirm":"iknowwhatimdoing"}}', 1202],
    ['{"CLEAR":{"_confirm":5}}', 1101],
    ['{"CLEAR":{"_confirm":"IKnowWhatImDoing","A":{}}}', 1200],
    ['{"OIDS":{}}', 1202],
    ['{"OIDS":{"_class":{"A":{}}}}', 1101],
    ['{"OIDS":{"A":{}}}', 1200],
    ['{"CLASSES":{"A":{}}}', 1500],
    ['{"STATS":{"a":1}}', 1500],
    ['{"ERRORS":[]}', 1300],
  ])('%s is refused with %i', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  test('OIDs are compared without regard to case', () => {
    expect(accept(`{"GET":{"A":{"_oids":["${uuid}"]}}}`).body).toMatchObject({ oids: [uuid.toLowerCase()] });
  });

  test('options of FIND stand inside the class or beside it', () => {
    const options = {
      limit: 3,
      offset: 2,
      select: ['a'],
      sort: [
        { member: 'a', isDescending: true },
        { member: 'b', isDescending: false },
      ],
    };
    const written = '"_limit":3,"_offset":2,"_sort":["-a","b"],"_select":["a"]';
    expect(accept(`{"FIND":{"A":{${written}}}}`).body).toMatchObject({ options });
    expect(accept(`{"FIND":{${written},"A":{}}}`).body).toMatchObject({ options });
    expect(accept('{"FIND":{"A":{"_sort":"-a"}}}').body).toMatchObject({
      options: { sort: [{ member: 'a', isDescending: true }] },
    });
    expect(accept('{"FIND":{"A":{}}}').body).toMatchObject({
      options: { limit: 50_000, offset: 0, sort: [], select: undefined },
    });
  });
});

test('an error names the culprit', () => {
  expect(reject('{"FIND":{"A":{"_oids":[]}}}').error.detail).toBe('_oids in FIND A');
  expect(reject(`{"${'x'.repeat(200)}":{}}`).error.detail).toHaveLength(85);
});
