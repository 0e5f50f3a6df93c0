import { beforeEach, expect, test } from 'vitest';
import { enginePeople } from '../testing/people.js';
import { type TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;
let oids: readonly string[];

beforeEach(() => {
  ({ engine, oids } = enginePeople());
});

test('OIDS lists the OIDs of a class', () => {
  const listed = engine.run({ OIDS: { _class: 'Person' } }) as { _class: string; _oids: string[] };
  expect(listed._class).toBe('Person');
  expect([...listed._oids].sort()).toEqual([...oids].sort());
  expect(engine.codeOf({ OIDS: { _class: 'Nope' } })).toBe(1000);
});
