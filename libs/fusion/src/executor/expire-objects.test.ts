import { beforeEach, describe, expect, test } from 'vitest';
import { TestEngine } from '../testing/test-engine.js';

let engine: TestEngine;

beforeEach(() => {
  engine = new TestEngine();
  engine.run({
    CREATE_CLASSES: {
      Token: { _ttl: 100, code: { _type: 'string', _index: true } },
      User: { name: 'string', token: 'Token', all: 'Token[]' },
    },
  });
});

const store = (className: string, ...objects: object[]): unknown =>
  engine.run({ STORE: { _class: className, _objects: objects } });

describe('an object of a class with _ttl', () => {
  test('is there until its time is over, and in no response from then on', () => {
    store('User', { name: 'Ada', token: { code: 'a' }, all: [{ code: 'b' }] });
    engine.clock.advance(99);
    expect(engine.run({ COUNT: {} })).toEqual({ Token: { _cnt: 2 }, User: { _cnt: 1 } });
    engine.clock.advance(1);
    expect(engine.run({ FIND: { User: { _select: ['token', 'all'] } } })).toMatchObject([{ User: { all: [] } }]);
    expect(engine.run({ COUNT: {} })).toEqual({ Token: { _cnt: 0 }, User: { _cnt: 1 } });
    expect(engine.run({ INDEXES: {} })).toEqual([{ Token: { code: { _keys: 0 } } }]);
  });

  test('does not live longer because it is changed', () => {
    store('Token', { code: 'a' });
    engine.clock.advance(60);
    engine.run({ UPDATE: { Token: { code: 'b' } } });
    engine.clock.advance(40);
    expect(engine.run({ COUNT: { Token: {} } })).toEqual({ Token: { _cnt: 0 } });
  });

  test('expires on its own when UPDATE made it', () => {
    store('User', { name: 'Ada' });
    engine.clock.advance(500);
    engine.run({ UPDATE: { User: { all: [{ code: 'a' }, { code: 'b' }] } } });
    engine.clock.advance(99);
    expect(engine.run({ COUNT: { Token: {} } })).toEqual({ Token: { _cnt: 2 } });
    engine.clock.advance(1);
    expect(engine.run({ COUNT: { Token: {} } })).toEqual({ Token: { _cnt: 0 } });
  });

  test('that is deleted before does not take another with it', () => {
    store('Token', { code: 'a' });
    engine.clock.advance(50);
    engine.run({ DELETE: { Token: {} } });
    store('Token', { code: 'b' });
    engine.clock.advance(50);
    expect(engine.run({ COUNT: { Token: { code: 'b' } } })).toEqual({ Token: { _cnt: 1 } });
  });
});

test('what has expired is taken out in turns, without any query', () => {
  store('Token', ...Array.from({ length: 2000 }, () => ({})));
  // Nothing is asked, so nothing is done at once; a timer wakes the engine a second after it went to sleep.
  engine.clock.advance(999);
  expect(engine.isAwake).toBe(false);
  engine.clock.advance(1);
  expect(engine.isAwake).toBe(true);
  engine.settle();
  expect(engine.clock.pending).toBe(0);
  expect(engine.isAwake).toBe(false);
});

test('a large number that expires at once does not hold up the interfaces', () => {
  // A clock on which every look costs a millisecond, so that a turn is over after a few.
  let now = 0;
  const clock = { now: () => now++, wallNow: () => 0, setTimer: () => ({ cancel: () => undefined }) };
  const slow = new TestEngine({ clock });
  slow.run({ CREATE_CLASSES: { Token: { _ttl: 1_000_000, code: 'int' } } });
  slow.run({ STORE: { _class: 'Token', _objects: Array.from({ length: 3000 }, () => ({})) } });
  now += 1_000_000;
  const responses: string[] = [];
  const client = slow.engine.connect('standard', 'ann');
  client.submit(Buffer.from('{"COUNT":{}}'), ({ bytes = [] }) => responses.push(Buffer.from(bytes).toString()));
  let turns = 0;
  for (; responses.length === 0; turns++) slow.turn();
  expect(turns).toBeGreaterThan(2);
  expect(responses).toEqual(['{"COUNT_RSP":{"Token":{"_cnt":0}}}']);
});

test('CLEAR forgets what would have expired', () => {
  store('Token', { code: 'a' });
  engine.run({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
  engine.clock.advance(1000);
  expect(engine.run({ COUNT: {} })).toEqual({});
});

test('an engine that stops wakes for nothing', async () => {
  store('Token', { code: 'a' });
  await engine.engine.drain();
  engine.clock.advance(5000);
  expect(engine.isAwake).toBe(false);
});

test('CLASSES tells _ttl', () => {
  const [token, user] = engine.run({ CLASSES: {} }) as [object, object];
  expect(token).toEqual({ Token: { _ttl: 100, code: { _type: 'string', _index: true } } });
  expect(Object.values(user)[0]).not.toHaveProperty('_ttl');
});

test.each<[unknown, number]>([
  [0, 1101],
  [-1, 1101],
  [1.5, 1101],
  ['1000', 1101],
  [null, 1101],
  [315_360_000_001, 1503],
])('_ttl %j is refused with %i', (_ttl, code) => {
  expect(engine.codeOf({ CREATE_CLASSES: { A: { _ttl, a: 'int' } } })).toBe(code);
});

test('a class of nothing but _ttl has no member', () => {
  expect(engine.codeOf({ CREATE_CLASSES: { A: { _ttl: 1 } } })).toBe(1002);
});
