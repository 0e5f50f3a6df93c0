import { describe, expect, test } from 'vitest';
import { TransmitterDriver, type Said } from '../testing/transmitter-driver.js';

const tasksOf = (said: readonly Said[]) => said.filter(({ command }) => command === 'TASK');
const takersOf = (said: readonly Said[]) => tasksOf(said).map(({ to }) => to);

/** Three cells of a service that have room for two tasks each, and one that sends. */
function start() {
  const t = new TransmitterDriver({ retryDelayMs: 100 });
  for (const name of ['a', 'b', 'c']) t.join(name, 'mail', ['job'], { capacity: 2 });
  t.join('w', 'web');
  const send = (key: string) => {
    const { id, said } = t.event('w', 'job', { key });
    const [taker = 'nobody', ...others] = takersOf(said);
    expect(others).toEqual([]);
    return { id, taker };
  };
  return { t, send, done: (from: string, re: string) => takersOf(t.say(from, 'DONE', { re })) };
}

describe('[T-47] events with a key', () => {
  test('go to the same cell, and those with other keys to others as well', () => {
    const { send, done } = start();
    const takers = new Map<string, Set<string>>();
    for (let i = 0; i < 60; i++) {
      const key = `order-${i % 12}`;
      const { id, taker } = send(key);
      takers.set(key, (takers.get(key) ?? new Set()).add(taker));
      done(taker, id);
    }
    expect([...takers.values()].map(({ size }) => size)).toEqual(Array.from({ length: 12 }, () => 1));
    expect(new Set([...takers.values()].flatMap((one) => [...one]))).toEqual(new Set(['a', 'b', 'c']));
  });

  test('are given one after the other, though the cell has room', () => {
    const { send, done, t } = start();
    const [first, second, third] = [send('k'), send('k'), send('k')];
    expect([second.taker, third.taker]).toEqual(['nobody', 'nobody']);
    expect(done(first.taker, first.id)).toEqual([first.taker]);
    expect(done(first.taker, second.id)).toEqual([first.taker]);
    expect(done(first.taker, third.id)).toEqual([]);
    expect(t.state.services.get('mail')?.chains.size).toBe(0);
  });

  test('wait for their cell while it is busy and others are free', () => {
    const t = new TransmitterDriver();
    for (const name of ['a', 'b']) t.join(name, 'mail', ['job']);
    t.join('w', 'web');
    const busy = t.event('w', 'job', { key: 'k' });
    const [cell] = takersOf(busy.said);
    // Keys of the same cell: their events wait, while the other cell is free.
    const waiting = Array.from({ length: 20 }, (_, i) => t.event('w', 'job', { key: `key ${i}` }));
    const given = waiting.flatMap(({ said }) => takersOf(said));
    expect(given).toEqual([cell === 'a' ? 'b' : 'a']);
    expect(takersOf(t.say(cell!, 'DONE', { re: busy.id }))).toEqual([cell]);
  });

  test('hold back those after them while they rest after a failure', () => {
    const { t, send, done } = start();
    const [first, second] = [send('k'), send('k')];
    expect(tasksOf(t.say(first.taker, 'FAIL', { re: first.id }))).toEqual([]);
    const again = tasksOf(t.wait(150));
    expect(again.map(({ payload }) => payload['id'])).toEqual([first.id]);
    expect(takersOf(t.say(first.taker, 'FAIL', { re: first.id, final: true }))).toEqual([first.taker]);
    expect(done(first.taker, second.id)).toEqual([]);
    expect(t.outcomes).toEqual(['failed', 'done']);
  });

  test('move to another cell when theirs leaves, and only those', () => {
    const { t, send, done } = start();
    const cellOf = (key: string) => {
      const { id, taker } = send(key);
      done(taker, id);
      return taker;
    };
    const keys = Array.from({ length: 30 }, (_, i) => `key ${i}`);
    const before = keys.map(cellOf);
    const moving = keys[before.indexOf('b')]!;
    const [held, waiting] = [send(moving), send(moving)];
    expect(held.taker).toBe('b');
    const [heir = 'nobody'] = takersOf(t.say('b', 'GBYE', {}));
    expect(['a', 'c']).toContain(heir);
    expect(done(heir, held.id)).toEqual([heir]);
    done(heir, waiting.id);
    const after = keys.map(cellOf);
    for (const [i, cell] of before.entries()) if (cell !== 'b') expect(after[i]).toBe(cell);
    expect(after).not.toContain('b');
  });

  test('wait for a cell to come where there is none', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['job']);
    t.join('w', 'web');
    const held = t.event('w', 'job', { key: 'k' });
    t.event('w', 'job', { key: 'k' });
    t.say('a', 'GBYE', {});
    expect(takersOf(t.join('b', 'mail', ['job']))).toEqual(['b']);
    expect(takersOf(t.say('b', 'DONE', { re: held.id }))).toEqual(['b']);
  });

  test.each([[''], ['x'.repeat(257)], [17]])('are refused where the key is none: %j', (key) => {
    const { t } = start();
    const [said] = t.event('w', 'job', { key }).said;
    expect(said).toMatchObject({ command: 'ERRR', payload: { code: 'bad_field' } });
    expect(said?.payload['message']).toContain('key of EVNT must be a text of 1 to 256 characters');
  });
});
