import { expect, test } from 'vitest';
import { collectGarbage } from './collect-garbage.js';

/** What was made or looked at in a turn is referred to until that is over. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what has grown old is freed when all is collected, not when what is young is', async () => {
  const kept = { object: {} as object | undefined };
  const object = new WeakRef(kept.object as object);
  await turn();
  for (let i = 0; i < 3; i++) collectGarbage('young');
  kept.object = undefined;
  await turn();
  collectGarbage('young');
  expect(object.deref()).toEqual({});
  await turn();
  collectGarbage('all');
  expect(object.deref()).toBeUndefined();
});

test('the function that collects is nobody else’s', () => {
  collectGarbage('young');
  expect(globalThis).not.toHaveProperty('gc');
});
