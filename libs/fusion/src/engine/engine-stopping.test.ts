import { expect, test } from 'vitest';
import { NotingClient } from '../testing/noting-client.js';
import { TestEngine } from '../testing/test-engine.js';

const create = (name: string, qid: string): object => ({ CREATE_CLASSES: { _qid: qid, [name]: { a: 'int' } } });
const count = (qid: string): object => ({ COUNT: { _qid: qid } });

test('stopping refuses what comes and finishes what waits', async () => {
  const engine = new TestEngine();
  const client = new NotingClient(engine, 'ann');
  client.send(create('A', '1'));
  const drained = Promise.all([engine.engine.drain(), engine.engine.drain()]);
  client.send(count('2'));
  expect(client.responses).toMatchObject([{ COUNT_RSP_ERR: { _err: { _c: 5000, _a: 'the server is stopping' } } }]);
  engine.settle();
  await drained;
  expect(client.keys.at(-1)).toBe('1 CREATE_CLASSES_RSP');
});

test('stopping of an idle engine is done at once, also while it polls', async () => {
  const engine = new TestEngine({ pollWindowMs: 1000 });
  const client = new NotingClient(engine, 'ann');
  client.send(count('1'));
  engine.turn();
  expect(engine.isAwake).toBe(true);
  await Promise.all([engine.engine.drain(), engine.engine.drain()]);
  engine.turn();
  expect(engine.isAwake).toBe(false);
});

test('stopping in a hurry answers what waits with an error', async () => {
  const engine = new TestEngine();
  const client = new NotingClient(engine, 'ann');
  client.send(create('A', '1'));
  client.send(count('2'));
  const hurry = new AbortController();
  const drained = engine.engine.drain(hurry.signal);
  hurry.abort();
  await drained;
  expect(client.keys).toEqual(['1 CREATE_CLASSES_RSP_ERR', '2 COUNT_RSP_ERR']);
  expect(engine.waits.counts()).toMatchObject({ open: 0, failed: 1 });
  engine.settle();
  expect(client.responses).toHaveLength(2);
});

test('closing answers what waits with an error, and a signal that fired before does the same', async () => {
  const engine = new TestEngine();
  const client = new NotingClient(engine, 'ann');
  client.send(count('1'));
  await engine.engine.close();
  expect(client.keys).toEqual(['1 COUNT_RSP_ERR']);
  await engine.engine.drain(AbortSignal.abort());
});

test('closing while something is due answers what waits at once, and leaves nothing that wakes the engine', async () => {
  const engine = new TestEngine();
  engine.run({ CREATE_CLASSES: { Brief: { _ttl: 5000, a: 'int' }, Long: { _ttl: 60_000, a: 'int' } } });
  engine.run({ STORE: { _class: 'Brief', _objects: [{}] } });
  engine.run({ STORE: { _class: 'Long', _objects: [{}] } });
  const client = new NotingClient(engine, 'ann');
  engine.clock.advance(4999);
  client.send(count('1'));
  engine.clock.advance(1);
  await engine.engine.close();
  expect(client.keys).toEqual(['1 COUNT_RSP_ERR']);
  engine.settle();
  expect(engine.clock.pending).toBe(0);
});

test('closing while the engine sleeps until something is due leaves nothing that wakes it', async () => {
  const engine = new TestEngine();
  engine.run({ CREATE_CLASSES: { Brief: { _ttl: 5000, a: 'int' } } });
  engine.run({ STORE: { _class: 'Brief', _objects: [{}] } });
  expect(engine.clock.pending).toBe(1);
  await engine.engine.close();
  expect(engine.clock.pending).toBe(0);
});

test('stopping while something is due takes it out before what waits is answered', async () => {
  const engine = new TestEngine();
  engine.run({ CREATE_CLASSES: { Brief: { _ttl: 5000, a: 'int' } } });
  engine.run({ STORE: { _class: 'Brief', _objects: [{}] } });
  const client = new NotingClient(engine, 'ann');
  client.send(count('1'));
  engine.clock.advance(5000);
  const drained = engine.engine.drain();
  engine.settle();
  await drained;
  expect(client.responses).toEqual([{ _qid: '1', COUNT_RSP: { Brief: { _cnt: 0 } } }]);
  expect(engine.clock.pending).toBe(0);
});
