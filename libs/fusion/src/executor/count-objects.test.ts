import { beforeEach, expect, test } from 'vitest';
import { enginePeople } from '../testing/people.js';
import { TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;

beforeEach(() => {
  ({ engine } = enginePeople());
});

test('COUNT without a class counts every class', () => {
  expect(engine.run({ COUNT: {} })).toEqual({ Address: { _cnt: 4 }, Person: { _cnt: 4 } });
  expect(new TestEngine().run({ COUNT: {} })).toEqual({});
});

test('COUNT knows when a class does not exist', () => {
  expect(engine.codeOf({ COUNT: { Nope: {} } })).toBe(1000);
});
