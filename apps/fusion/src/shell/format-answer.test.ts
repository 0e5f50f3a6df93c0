import { describe, expect, test } from 'vitest';
import { formatAnswer } from './format-answer.js';

const format = (text: string, as: 'table' | 'json' = 'table'): string[] => formatAnswer({ isOk: true, text }, as);

const person =
  '{"name":"Ada","address":{"Address":{"city":"London","_oid":"2"}},"tags":["a","b"],"n":9007199254740993,"_oid":"1"}';

describe('objects', () => {
  test('are rows, with members of linked objects beside their own, and OIDs last', () => {
    const lines = [
      'name  address.city  tags       n                 address._oid  _oid',
      'Ada   London        ["a","b"]  9007199254740993  2             1',
    ];
    expect(format(`{"FIND_RSP":[{"Person":${person}}]}`)).toEqual([...lines, '(1 object)']);
    expect(format(`{"GET_RSP":{"_class":"Person","_objects":[${person},{"name":"Bob","_oid":"3"}]}}`)).toEqual([
      ...lines,
      expect.stringMatching(/^Bob +3$/),
      '(2 objects)',
    ]);
  });

  test('that are none are counted', () => {
    expect(format('{"FIND_RSP":[]}')).toEqual(['(0 objects)']);
  });

  test('stay on their lines, and within reason', () => {
    const [, row] = format(JSON.stringify({ FIND_RSP: [{ P: { a: '\u001b[2J\n"x"', b: 'y'.repeat(99) } }] }));
    expect(row).toBe(`\\u001b[2J\\n"x"  ${'y'.repeat(47)}…`);
  });
});

test('all else is shown as it came', () => {
  const find = '{"FIND_RSP":[]}';
  expect(format(find, 'json')).toEqual([find]);
  for (const answer of ['{"_qid":"1","FIND_RSP":[]}', '{"COUNT_RSP":{"P":{"_cnt":12345678901234567890}}}'])
    expect(format(answer)).toEqual([answer]);
  expect(format('')).toEqual(['(no answer was wanted)']);
});

test.each([
  [
    '{"_qid":"1","FIND_RSP_ERR":{"_err":{"_c":1000,"_a":"No\\"body\\u001b"}}}',
    'error 1000, Class does not exist: No"body\\u001b',
  ],
  ['{"FIND_RSP_ERR":{"_err":{"_c":9999,"_a":""}}}', 'error 9999, unknown: '],
  ['too much at once', 'too much at once'],
])('%s is an error in words', (text, words) => {
  expect(formatAnswer({ isOk: false, text }, 'table')).toEqual([words]);
  expect(formatAnswer({ isOk: false, text }, 'json')).toEqual([text]);
});
