import { Provider, Requestor } from '@syncytium/fxp';
import { systemClock } from '@syncytium/kit';
import { testRedis } from '@syncytium/testkit';
import { MemoryBroker } from '@syncytium/transport/memory';
import { RedisBroker } from '@syncytium/transport/redis';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { listSessions, type SessionList } from './session-list.js';
import { startApp } from './testing/start-app.js';

const redis = await testRedis('GET /sessions');
afterAll(() => redis?.stop());

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function sessionsAt(http: string): Promise<SessionList> {
  return (await (await fetch(`${http}/sessions`)).json()) as SessionList;
}

/** A session of others over the broker of a URL. */
async function openElsewhere(url: string, id: string): Promise<void> {
  const provider = await Provider.connect(url, { name: 'toksys-7' });
  cleanUps.push(() => provider.close());
  await provider.register(`echo-${id}`, async (session) => {
    for await (const input of session) await session.push(input);
  });
  const requestor = await Requestor.connect(url, { name: 'console-3' });
  cleanUps.push(() => requestor.close());
  await requestor.open(`echo-${id}`, { id });
}

describe.skipIf(!redis)('over a Redis elsewhere', () => {
  const url = redis?.url ?? '';

  test('the sessions of all are listed, and nothing that only looks like one', async () => {
    const { app, http } = await startApp('--redis', url);
    cleanUps.push(() => app.stop());
    const broker = await RedisBroker.connect(url);
    cleanUps.push(() => broker.close());
    await openElsewhere(url, 's1');
    await broker.lpush('s2__plain__req2pro', 'a', 'b');
    await broker.lpush('s2__plain__pro2req', 'c');
    await broker.set('other__app__claim', '1');
    await broker.set('another__app__req2pro', 'no list');
    cleanUps.push(() =>
      broker.del('s2__plain__req2pro', 's2__plain__pro2req', 'other__app__claim', 'another__app__req2pro'),
    );
    const { sessions, complete } = await sessionsAt(http);
    expect(complete).toBe(true);
    expect(sessions).toEqual([
      {
        id: 's1',
        service: 'echo-s1',
        inputs: 0,
        outputs: expect.any(Number) as number,
        requestor: 'console-3',
        claim: { provider: 'toksys-7', ageMs: expect.any(Number) as number },
        gateway: null,
      },
      { id: 's2', service: 'plain', inputs: 2, outputs: 1, requestor: null, claim: null, gateway: null },
    ]);
  });
});

describe('over something that speaks like a Redis and does not tell its keys', () => {
  test('the gateway lists its own sessions, and says that there may be others', async () => {
    const embedded = await startApp();
    cleanUps.push(() => embedded.app.stop());
    const { app, http } = await startApp('--redis', embedded.redis);
    cleanUps.push(() => app.stop());
    await openElsewhere(embedded.redis, 's1');
    const opened = await fetch(`${http}/services/echo-s1/sessions`, { method: 'POST' });
    const { id } = (await opened.json()) as { id: string };
    const { sessions, complete } = await sessionsAt(http);
    expect(sessions.map((session) => session.id)).toEqual([id]);
    expect(complete).toBe(false);
    // The one with the broker inside knows better.
    const all = await sessionsAt(embedded.http);
    expect(all.sessions.map((session) => session.id).sort()).toEqual([id, 's1'].sort());
    expect(all.complete).toBe(true);
  });
});

describe('a list of sessions', () => {
  test('ends with the thousandth, and says so', async () => {
    const broker = new MemoryBroker();
    cleanUps.push(() => broker.close());
    const keys = Array.from({ length: 1001 }, (_, i) => `s${i}__x__req2pro`);
    for (const key of keys) await broker.lpush(key, 'item');
    const sources = { held: [], broker, clock: systemClock };
    const list = await listSessions({ ...sources, found: { keys, awaited: [], isComplete: true } });
    expect(list.sessions).toHaveLength(1000);
    expect(list.complete).toBe(false);
    const fewer = await listSessions({ ...sources, found: { keys: keys.slice(1), awaited: [], isComplete: true } });
    expect(fewer.complete).toBe(true);
  });

  test('has those whose list is popped and empty, and not those whose keys are gone', async () => {
    const broker = new MemoryBroker();
    cleanUps.push(() => broker.close());
    const found = { keys: ['gone__x__req2pro'], awaited: ['s__x__req2pro'], isComplete: true };
    const { sessions } = await listSessions({ held: [], broker, clock: systemClock, found });
    expect(sessions.map(({ id }) => id)).toEqual(['s']);
  });
});
