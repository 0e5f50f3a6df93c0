import { beforeEach, expect, test } from 'vitest';
import { TestEngine } from '../testing/test-engine.js';

const memoryBytesMax = 4 * 2 ** 20;
let engine: TestEngine;

beforeEach(() => {
  engine = new TestEngine({ memoryBytesMax });
  engine.run({ CREATE_CLASSES: { Text: { body: 'string', size: 'int' }, Shelf: { texts: 'Text[]', best: 'Text' } } });
});

const texts = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ body: `${i}`.padEnd(1000), size: i }));
const storeTexts = (count: number): object => ({ STORE: { _class: 'Text', _objects: texts(count) } });
const state = (): unknown => [{ COUNT: {} }, { CLASSES: {} }, { INDEXES: {} }].map((query) => engine.run(query));

/** As many texts as there is room for. */
function fill(): number {
  let stored = 0;
  while (!engine.answer(storeTexts(100)).hasFailed) stored += 100;
  return stored;
}

test('a write beyond the limit is refused with the limit, and changes nothing', () => {
  const stored = fill();
  expect(stored).toBeGreaterThan(1000);
  expect(stored).toBeLessThan(memoryBytesMax / 1000);
  const before = state();
  expect(engine.errorOf(storeTexts(100))).toEqual({
    key: 'STORE_RSP_ERR',
    code: 5001,
    detail: `memory is limited to ${memoryBytesMax} bytes`,
  });
  expect(state()).toEqual(before);
});

test('what needs no more memory goes on, and room that is given back is used again', () => {
  const stored = fill();
  expect(engine.run({ COUNT: { Text: { size: { '<': 10 } } } })).toEqual({ Text: { _cnt: stored / 10 } });
  expect(engine.run({ UPDATE: { Text: { size: { _inc: 1 } } } })).toEqual({ Text: { _cnt: stored } });
  engine.run({ DELETE: { Text: { _where: { size: { '>': 80 } } } } });
  engine.run({ STORE: { _class: 'Text', _objects: texts(100).slice(0, 20) } });
  engine.run({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
  engine.run({ CREATE_CLASSES: { Text: { body: 'string', size: 'int' } } });
  expect(fill()).toBeGreaterThanOrEqual(stored);
});

test('texts that grow, lists of new objects, a class that is created with its objects: all or nothing', () => {
  fill();
  const before = state();
  const far = 'x'.repeat(100_000);
  expect(engine.codeOf({ UPDATE: { Text: { size: 0, body: far } } })).toBe(5001);
  expect(engine.codeOf({ STORE: { _class: 'Shelf', _objects: [{ texts: texts(500) }] } })).toBe(5001);
  const _class = { Other: { body: 'string', size: 'int', text: 'Text' } };
  expect(engine.codeOf({ STORE: { _class, _objects: texts(900) } })).toBe(5001);
  expect(state()).toEqual(before);
});

test('an index there is no room for is not there, nor are those made with it', () => {
  const members = ['a', 'b', 'c', 'd', 'e', 'f'];
  const numbers = Object.fromEntries(members.map((member) => [member, 1]));
  const batch = { STORE: { _class: 'Num', _objects: Array.from({ length: 500 }, () => numbers) } };
  engine.ask({ CREATE_CLASSES: { Num: Object.fromEntries(members.map((member) => [member, 'int'])) } });
  while (!engine.answer(batch).hasFailed);
  const before = state();
  expect(engine.codeOf({ CREATE_INDEX: { Num: members } })).toBe(5001);
  expect(state()).toEqual(before);
});
