import { expect, test, vi } from 'vitest';
import { died, start } from '../../testing/threaded-engine.js';
import { processClock } from './process-clock.js';

const create = { CREATE_CLASSES: { Brief: { _ttl: 600_000, a: 'int' } } };
const store = { STORE: { _class: 'Brief', _objects: [{ a: 1 }] } };
const countOf = (number: number): object => ({ COUNT_RSP: { Brief: { _cnt: number } } });

/** The clock of the thread that serves is ahead of that of the others, so that it asks for what does not happen. */
function hurryAhead(): void {
  const later = processClock.now() + 600_000;
  vi.spyOn(processClock, 'now').mockReturnValue(later);
}

test('what has expired is taken out before it is met', async () => {
  const { ask } = start(2);
  await ask({ CREATE_CLASSES: { Brief: { _ttl: 5, a: 'int' } } });
  await ask(store);
  const counts = new Set<unknown>();
  while (!counts.has(0)) {
    const answer = await ask({ COUNT: { Brief: {} } });
    counts.add((answer?.['COUNT_RSP'] as { Brief: { _cnt: number } }).Brief._cnt);
  }
  expect([...counts].every((number) => number === 0 || number === 1)).toBe(true);
});

test('objects expire at their time, also when the thread that writes is replaced in between', async () => {
  const unskipped = { ...processClock };
  const skip = (ms: number): void => {
    vi.spyOn(processClock, 'now').mockImplementation(() => unskipped.now() + ms);
    vi.stubEnv('SKIPPED_MS', String(ms));
  };
  const { ask } = start(1);
  await ask({ CREATE_CLASSES: { Brief: { _ttl: 1_000_000, a: 'int' } } });
  await ask(store);
  skip(600_000);
  expect(await ask({ STORE: { _qid: 'die', _class: 'Brief', _objects: [{}] } })).toEqual(died('STORE', 0));
  expect(await ask({ COUNT: { _qid: 'skip 1000000' } })).toMatchObject(countOf(1));
  skip(1_000_000);
  expect(await ask({ COUNT: {} })).toEqual(countOf(0));
});

test('threads that cannot be replaced refuse everything, also where objects would have expired', async () => {
  const { ask } = start(1);
  await ask(create);
  await ask(store);
  vi.stubEnv('CANNOT_START', 'yes');
  await ask({ COUNT: { _qid: 'die' } });
  hurryAhead();
  const answers = await Promise.all([ask({ COUNT: {} }), ask(store)]);
  while (!JSON.stringify(answers).includes('no thread can be started')) answers.push(await ask({ COUNT: {} }));
});

test('an engine is closed at once while something is being taken out that has expired, and refuses what waits for that', async () => {
  const { ask, engine } = start(2);
  await ask(create);
  await ask(store);
  hurryAhead();
  const waiting = Promise.all([ask({ COUNT: { Brief: { a: 1 } } }), ask(store)]);
  // Asked for, and in hand, as soon as the engine has had its turn.
  await new Promise((resolve) => setImmediate(resolve));
  await engine.close();
  const _err = { _c: 5000, _a: 'the server is stopping' };
  expect(await waiting).toEqual([{ COUNT_RSP_ERR: { _err } }, { STORE_RSP_ERR: { _err } }]);
  expect(engine.queuedCount).toBe(0);
});
