import { describe, expect, test } from 'vitest';
import { formatAnswer } from './format-answer.js';

const person =
  '{"name":"Ada","address":{"Address":{"city":"London","_oid":"2"}},"tags":["a","b"],"n":9007199254740993,"_oid":"1"}';

describe('objects', () => {
  test('are rows, with members of linked objects beside their own, and OIDs last', () => {
    const lines = [
      'name  address.city  tags       n                 address._oid  _oid',
      'Ada   London        ["a","b"]  9007199254740993  2             1',
    ];
    expect(formatAnswer(`{"FIND_RSP":[{"Person":${person}}]}`, 'table')).toEqual([...lines, '(1 object)']);
    expect(
      formatAnswer(`{"GET_RSP":{"_class":"Person","_objects":[${person},{"name":"Bob","_oid":"3"}]}}`, 'table'),
    ).toEqual([...lines, expect.stringMatching(/^Bob +3$/), '(2 objects)']);
  });

  test('that are none are counted', () => {
    expect(formatAnswer('{"FIND_RSP":[]}', 'table')).toEqual(['(0 objects)']);
  });

  test('stay on their lines, and within reason', () => {
    const [, row] = formatAnswer(
      JSON.stringify({ FIND_RSP: [{ P: { a: '\u001b[2J\n"x"', b: 'y'.repeat(99) } }] }),
      'table',
    );
    expect(row).toBe(`\\u001b[2J\\n"x"  ${'y'.repeat(47)}…`);
  });
});

test('all else is shown as it came', () => {
  const find = '{"FIND_RSP":[]}';
  expect(formatAnswer(find, 'json')).toEqual([find]);
  for (const answer of ['{"_qid":"1","FIND_RSP":[]}', '{"COUNT_RSP":{"P":{"_cnt":12345678901234567890}}}'])
    expect(formatAnswer(answer, 'table')).toEqual([answer]);
  expect(formatAnswer('', 'table')).toEqual(['(no answer was wanted)']);
});
