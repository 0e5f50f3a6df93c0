import { seededPrng, silentMetrics, type Clock, type Metrics } from '@syncytium/kit';
import { settle, SimulatedClock } from '@syncytium/testkit';
import { describe, expect, it, vi } from 'vitest';
import { Netsync, type NetsyncOptions } from './netsync.js';
import type { TraceEntry } from './trace.js';

function makeNetsync(options: NetsyncOptions = {}) {
  const clock = new SimulatedClock();
  const trace: TraceEntry[] = [];
  const netsync = new Netsync({ clock, prng: seededPrng(1), onTrace: (entry) => trace.push(entry), ...options });
  return { clock, trace, netsync };
}

describe('send', () => {
  it('resolves for both with everybody’s payload', async () => {
    const { netsync, clock } = makeNetsync();
    const first = netsync.send({ actor: 'CUST', event: 'choc', payload: 'please' });
    clock.advance(250);
    const second = await netsync.send({ actor: 'VM', event: 'choc', payload: 'here' });
    expect({ ...second.payloads }).toEqual({ CUST: 'please', VM: 'here' });
    expect(second.waitedMs).toBe(0);
    const result = await first;
    expect(result.payloads).toBe(second.payloads);
    expect(result.matchId).toBe(second.matchId);
    expect(result.requestId).not.toBe(second.requestId);
    expect(result.waitedMs).toBe(250);
    expect(netsync.pending).toBe(0);
  });

  it('tells of two members with one actor the payload that came last', async () => {
    const { netsync } = makeNetsync();
    const params = { actor: 'a', event: 'e', selector: 'actor=a' };
    const first = netsync.send({ ...params, payload: 'old' });
    await netsync.send({ ...params, payload: 'new' });
    expect({ ...(await first).payloads }).toEqual({ a: 'new' });
  });

  it('keeps an actor that is called __proto__ apart from the prototype', async () => {
    const { netsync } = makeNetsync();
    const { payloads } = await netsync.send({
      actor: '__proto__',
      event: 'e',
      mates: 0,
      payload: 'p',
      labels: 'a=b',
      selector: 'a',
    });
    expect(JSON.stringify({ payloads })).toBe('{"payloads":{"__proto__":"p"}}');
  });

  it('is given up by its signal and is then in no group', async () => {
    const { netsync, trace } = makeNetsync();
    const controller = new AbortController();
    const request = netsync.send({ actor: 'a', event: 'e', signal: controller.signal });
    controller.abort(new Error('no longer'));
    await expect(request).rejects.toMatchObject({ code: 'aborted', cause: new Error('no longer') });
    void netsync.send({ actor: 'b', event: 'e' }).catch(() => undefined);
    await settle();
    expect(netsync.pending).toBe(1);
    expect(trace.map(({ kind }) => kind)).toEqual(['arrive', 'leave', 'arrive']);
    netsync.close();
  });

  it('does not begin with a signal that has fired', async () => {
    const { netsync, trace } = makeNetsync();
    await expect(netsync.send({ actor: 'a', event: 'e', signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(trace).toEqual([]);
  });

  it('leaves no listener on a signal that outlives it', async () => {
    const { netsync } = makeNetsync();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const first = netsync.send({ actor: 'a', event: 'e', signal });
    await netsync.send({ actor: 'b', event: 'e', signal });
    await first;
    expect(added).toHaveBeenCalledTimes(2);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener).reverse(),
    );
  });

  it('ends with closed for all who wait when the Netsync is closed, and for all who come', async () => {
    const { netsync, clock } = makeNetsync();
    const waiting = netsync.send({ actor: 'a', event: 'e', timeout: '1m' });
    netsync.close();
    netsync.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(netsync.send({ actor: 'b', event: 'e' })).rejects.toMatchObject({ code: 'closed' });
    expect(clock.pending).toBe(0);
  });

  it('rejects what it is not given', async () => {
    const { netsync } = makeNetsync();
    await expect(netsync.send({ actor: '', event: 'e' })).rejects.toMatchObject({ code: 'missing_param' });
  });
});

describe('a timeout', () => {
  it('ends the wait at its time and no sooner, and tells what was missing', async () => {
    const { netsync, clock } = makeNetsync();
    const outcome = netsync.send({ actor: 'a1', event: 'e', mates: 2, timeout: '2s' }).catch((error: unknown) => error);
    void netsync.send({ actor: 'a2', event: 'e', mates: 2, selector: 'actor=a1' }).catch(() => undefined);
    void netsync.send({ actor: 'a3', event: 'e', mates: 2, selector: 'actor=a9' }).catch(() => undefined);
    clock.advance(1999);
    expect(netsync.pending).toBe(3);
    clock.advance(1);
    expect(await outcome).toMatchObject({
      code: 'timeout',
      message: 'a1 waited 2000 ms on e: missing 1 more that match, selector of a3 refuses a1',
      details: { waitedMs: 2000, present: ['a2'], missing: 1, blockedBy: 'selector of a3 refuses a1' },
    });
    expect(netsync.pending).toBe(2);
    netsync.close();
  });

  it('tells who kept those who were there from syncing', async () => {
    const { netsync, clock } = makeNetsync();
    const outcome = netsync.send({ actor: 'a1', event: 'e', mates: 2, timeout: '2s' }).catch((error: unknown) => error);
    for (const params of [{ actor: 'a2', selector: 'actor=a1' }, { actor: 'a3' }])
      void netsync.send({ event: 'e', mates: 2, ...params }).catch(() => undefined);
    clock.advance(2000);
    expect(await outcome).toMatchObject({ details: { missing: 1, blockedBy: 'selector of a2 refuses a3' } });
    netsync.close();
  });

  it('names one that asks for more', async () => {
    const { netsync, clock } = makeNetsync();
    const outcome = netsync.send({ actor: 'a', event: 'e', timeout: 5 }).catch((error: unknown) => error);
    void netsync.send({ actor: 'b', event: 'e', mates: 7 }).catch(() => undefined);
    clock.advance(5);
    expect(await outcome).toMatchObject({ details: { blockedBy: 'b asks for 7 mates' } });
    netsync.close();
  });

  it('of each request is kept, in whatever order they come', () => {
    const { netsync, clock } = makeNetsync();
    const ended: string[] = [];
    for (const [actor, timeout] of [
      ['a', 30],
      ['b', 10],
      ['c', 20],
    ] as const) {
      const onError = (): void => void ended.push(`${actor}@${clock.now()}`);
      netsync.submit({ actor, event: actor, timeout }, { onSync: vi.fn(), onError });
    }
    clock.advance(100);
    expect(ended).toEqual(['b@10', 'c@20', 'a@30']);
    expect(clock.pending).toBe(0);
  });
});

describe('limits', () => {
  it('on pending requests refuse one that would wait and let in one that syncs', async () => {
    const { netsync } = makeNetsync({ limits: { pendingMax: 1 } });
    const first = netsync.send({ actor: 'a', event: 'e' });
    await expect(netsync.send({ actor: 'a', event: 'e' })).rejects.toMatchObject({
      code: 'limit_reached',
      details: { max: 1 },
    });
    await netsync.send({ actor: 'b', event: 'e' });
    await first;
    expect(netsync.pending).toBe(0);
  });

  it('on pending requests of one event leave the others alone', async () => {
    const { netsync } = makeNetsync({ limits: { pendingPerEventMax: 1 } });
    void netsync.send({ actor: 'a', event: 'e' }).catch(() => undefined);
    await expect(netsync.send({ actor: 'a', event: 'e' })).rejects.toMatchObject({ details: { event: 'e' } });
    void netsync.send({ actor: 'a', event: 'f' }).catch(() => undefined);
    expect(netsync.pending).toBe(2);
    netsync.close();
  });

  it('on the search refuse an arrival that needs more', async () => {
    const { netsync } = makeNetsync({ searchWordsMax: 1 });
    const waiting = ['a', 'b', 'c', 'd'].map((actor, i, all) => {
      const selector = `actor notin (${actor},${all[(i + 2) % 4] ?? ''})`;
      return netsync.send({ actor, event: 'e', mates: 3, selector }).catch(() => undefined);
    });
    await expect(netsync.send({ actor: 'x', event: 'e', mates: 3 })).rejects.toMatchObject({ code: 'search_limit' });
    expect(netsync.pending).toBe(4);
    netsync.close();
    await Promise.all(waiting);
  });

  it('must be whole numbers', () => {
    expect(() => new Netsync({ limits: { pendingMax: 0 } })).toThrow(/limits.pendingMax must be/);
  });
});

describe('what others can see', () => {
  it('a wait tells who waits for what, for whom, and what is there', () => {
    const { netsync } = makeNetsync();
    void netsync.send({ actor: 'VM', event: 'coin', selector: 'actor=CUST' }).catch(() => undefined);
    void netsync.send({ actor: 'x', event: 'coin', mates: 3, selector: 'actor!=CUST' }).catch(() => undefined);
    void netsync.send({ actor: 'y', event: 'coin', mates: 3 }).catch(() => undefined);
    expect(netsync.waits.list()).toMatchObject([
      {
        system: 'netsync',
        who: 'VM',
        what: '1 mate for event coin',
        whom: ['CUST'],
        details: { matching: 0, missing: 1 },
      },
      {
        who: 'x',
        what: '3 mates for event coin',
        whom: [],
        details: { matching: 1, missing: 2, selector: 'actor!=CUST' },
      },
      { who: 'y', details: { matching: 1, missing: 2 } },
    ]);
    netsync.close();
    expect(netsync.waits.counts()).toMatchObject({ open: 0, cancelled: 3 });
  });

  it('stats list who waits by event, actor and id', async () => {
    const { netsync, clock } = makeNetsync();
    clock.advance(1500);
    const first = netsync.send({ actor: 'VM', event: 'coin', payload: 'p' });
    const [id = ''] = Object.keys(netsync.stats()['coin']?.['VM'] ?? {});
    expect(JSON.parse(JSON.stringify(netsync.stats()))).toEqual({
      coin: {
        VM: {
          [id]: {
            params: {
              event: 'coin',
              actor: 'VM',
              payload: 'p',
              labels: { actor: 'VM' },
              selector: 'actor!=VM',
              mates: 1,
            },
            created_at: '2020-01-01T00:00:01.500Z',
          },
        },
      },
    });
    expect((await Promise.all([first, netsync.send({ actor: 'x', event: 'coin' })]))[0].requestId).toBe(id);
    expect({ ...netsync.stats() }).toEqual({});
  });

  it('stats tell the same time of arrival however the clocks drift, and the new one when the time is set', () => {
    const clock = new SimulatedClock();
    let drift = 0;
    const drifting: Clock = {
      now: () => clock.now(),
      wallNow: () => clock.wallNow() + drift,
      setTimer: (delayMs, fire) => clock.setTimer(delayMs, fire),
    };
    const netsync = new Netsync({ clock: drifting });
    void netsync.send({ actor: 'a', event: 'e' }).catch(() => undefined);
    const arrival = (): string | undefined => Object.values(netsync.stats()['e']?.['a'] ?? {})[0]?.created_at;
    const first = arrival();
    for (drift of [1, -1, 400]) expect(arrival()).toBe(first);
    drift = 3_600_000;
    expect(arrival()).toBe('2020-01-01T01:00:00.000Z');
    netsync.close();
  });

  it('the trace tells everything in order', async () => {
    const { netsync, trace, clock } = makeNetsync();
    const first = netsync.send({ actor: 'a', event: 'e' });
    clock.advance(10);
    await netsync.send({ actor: 'b', event: 'e' });
    await first;
    void netsync.send({ actor: 'c', event: 'e', timeout: 5 }).catch(() => undefined);
    clock.advance(5);
    expect(trace).toMatchObject([
      { kind: 'arrive', request: { actor: 'a', ageMs: 0 }, pending: 1 },
      { kind: 'arrive', request: { actor: 'b' }, pending: 0 },
      {
        kind: 'match',
        requests: [
          { actor: 'b', ageMs: 0 },
          { actor: 'a', ageMs: 10 },
        ],
        pending: 0,
      },
      { kind: 'arrive', request: { actor: 'c' }, pending: 1 },
      { kind: 'leave', reason: 'timeout', request: { actor: 'c', ageMs: 5 }, pending: 0 },
    ]);
  });

  it('metrics count what happened', async () => {
    const counts = new Map<string, number>();
    const count = (name: string, by = 1): void => void counts.set(name, (counts.get(name) ?? 0) + by);
    let readPending = (): number => NaN;
    const metrics: Metrics = {
      ...silentMetrics,
      counter: ({ name, labels }) => ({ inc: (by) => count([name, labels?.['reason'] ?? ''].join(' ').trim(), by) }),
      histogram: ({ name }) => ({ observe: (value) => count(name, value) }),
      observedGauge: (_spec, read) => (readPending = read),
    };
    const { netsync, clock } = makeNetsync({ metrics, limits: { pendingMax: 1 } });
    const first = netsync.send({ actor: 'a', event: 'e' });
    await netsync.send({ actor: 'a', event: 'e' }).catch(() => undefined);
    clock.advance(500);
    await netsync.send({ actor: 'b', event: 'e' });
    await first;
    void netsync.send({ actor: 'c', event: 'e', timeout: 5 }).catch(() => undefined);
    expect(readPending()).toBe(1);
    clock.advance(5);
    expect(Object.fromEntries([...counts].filter(([, value]) => value > 0))).toEqual({
      netsync_arrivals_total: 4,
      'netsync_refused_total pending': 1,
      netsync_syncs_total: 1,
      netsync_group_size: 2,
      netsync_wait_seconds: 0.5,
      'netsync_left_total timeout': 1,
    });
  });
});
