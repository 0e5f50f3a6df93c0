import { settle } from '@syncytium/testkit';
import { expect, it } from 'vitest';
import { Outbox } from './outbox.js';

function setUp() {
  const sent: unknown[] = [];
  return { sent, outbox: new Outbox((text) => sent.push(JSON.parse(text))) };
}

it('messages of one turn leave together, a single one as it is', async () => {
  const { sent, outbox } = setUp();
  outbox.push({ id: 1 });
  outbox.push({ id: 2 });
  expect(sent).toEqual([]);
  await settle();
  outbox.push({ id: 3 });
  await settle();
  expect(sent).toEqual([[{ id: 1 }, { id: 2 }], { id: 3 }]);
});

it('no more than 1,000 messages leave together, and a long one leaves by itself', async () => {
  const { sent, outbox } = setUp();
  for (let id = 0; id < 1001; id++) outbox.push({ id });
  outbox.push({ payload: 'x'.repeat(70_000) });
  outbox.push({ id: 'last' });
  await settle();
  expect(sent.map((one) => (Array.isArray(one) ? one.length : Object.keys(one as object)))).toEqual([
    1000,
    ['id'],
    ['payload'],
    ['id'],
  ]);
});
