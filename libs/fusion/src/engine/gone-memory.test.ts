import { expect, test } from 'vitest';
import { TestEngine, type Response } from '../testing/test-engine.js';
import { died, start } from '../testing/threaded-engine.js';

const mebibyte = 2 ** 20;
const text = 'x'.repeat(mebibyte);

type Ask = (query: object) => Promise<Response | undefined>;

/** Takes 128 MiB, and has them given back: at least half of it, for a thread that starts or ends meanwhile takes or leaves some, too. */
async function fillAndClear(ask: Ask, whenFull: () => Promise<void>): Promise<void> {
  await ask({ CREATE_CLASSES: { Long: { text: 'string' } } });
  await ask({ STORE: { _class: 'Long', _objects: Array.from({ length: 128 }, () => ({})) } });
  // One query, so that there is little garbage whose memory would go as well.
  expect(await ask({ UPDATE: { Long: { text } } })).toEqual({ UPDATE_RSP: { Long: { _cnt: 128 } } });
  await whenFull();
  const filled = process.memoryUsage.rss();
  await ask({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
  // Nothing is asked meanwhile.
  while (process.memoryUsage.rss() > filled - 64 * mebibyte) await new Promise((resolve) => setImmediate(resolve));
}

test('what a CLEAR leaves is given back also by a thread that is asked nothing any more', async () => {
  const { ask } = start(2);
  const count = { Long: { text: 'y' } };
  await fillAndClear(ask, async () => {
    // Both threads have looked at it: one is held up by its question until the other has been asked.
    const answers = [ask({ COUNT: { _qid: 'hang', ...count } }), ask({ COUNT: { _qid: 'go', ...count } })];
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ COUNT_RSP: { Long: { _cnt: 0 } } });
  });
});

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
