import { expect, test } from 'vitest';
import { TestEngine, type Response } from '../testing/test-engine.js';
import { died, start } from '../testing/threaded-engine.js';

const mebibyte = 2 ** 20;
const text = 'x'.repeat(4 * mebibyte);

type Ask = (query: object) => Promise<Response | undefined>;

/** Takes 64 MiB, and has them given back. */
async function fillAndClear(ask: Ask, whenFull: () => Promise<void>): Promise<void> {
  await ask({ CREATE_CLASSES: { Long: { text: 'string' } } });
  for (let i = 0; i < 16; i++) await ask({ STORE: { _rsp: 'none', _class: 'Long', _objects: [{ text }] } });
  await whenFull();
  const filled = process.memoryUsage.rss();
  await ask({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
  // Nothing is asked meanwhile.
  while (process.memoryUsage.rss() > filled - 50 * mebibyte) await new Promise((resolve) => setImmediate(resolve));
}

test('what a CLEAR leaves is given back by all threads, also by one that came later', async () => {
  const { ask } = start(2);
  await fillAndClear(ask, async () => {
    expect(await ask({ COUNT: { _qid: 'die', Long: { text: 'y' } } })).toEqual(died('COUNT', 0));
  });
  await fillAndClear(ask, async () => {
    expect(await ask({ COUNT: { Long: { text: 'y' } } })).toEqual({ COUNT_RSP: { Long: { _cnt: 0 } } });
  });
});

test('what a CLEAR leaves is given back by an engine without threads', async () => {
  const engine = new TestEngine();
  const ask: Ask = (query) => new Promise((resolve) => setImmediate(() => resolve(engine.ask(query))));
  await fillAndClear(ask, () => Promise.resolve());
});
