import { SimulatedClock } from '@syncytium/testkit';
import { describe, expect, it } from 'vitest';
import { Netsync } from './netsync.js';

function setUp(limits = {}) {
  const clock = new SimulatedClock();
  const matches: string[][] = [];
  const netsync = new Netsync({
    clock,
    limits,
    onTrace: (entry) => {
      if (entry.kind === 'match') matches.push(entry.requests.map(({ actor }) => actor));
    },
  });
  const send = (actor: string, more = {}) => netsync.send({ event: 'e', actor, ...more });
  return { clock, netsync, matches, send };
}

describe('a request that is asked again with its idempotency id', () => {
  it('takes the place of the first, which is told so', async () => {
    const { netsync, matches, send } = setUp();
    const first = send('a', { idempotency: 'x' });
    const second = send('a', { idempotency: 'x' });
    await expect(first).rejects.toMatchObject({ code: 'superseded', details: { idempotency: 'x' } });
    expect(netsync.pending).toBe(1);
    const [again, mate] = await Promise.all([second, send('b')]);
    expect(again.matchId).toBe(mate.matchId);
    expect(matches).toEqual([['b', 'a']]);
  });

  it('keeps the turn of the first', async () => {
    const { matches, send } = setUp();
    const ended = send('first', { idempotency: 'x' }).catch(() => 'superseded');
    const other = send('other', { selector: 'actor=b' });
    const again = send('first', { idempotency: 'x' });
    await Promise.all([again, send('other2')].map((answer) => answer.catch(() => undefined)));
    expect(matches).toEqual([['other2', 'first']]);
    expect(await ended).toBe('superseded');
    await Promise.all([other, send('b')]);
  });

  it('is not given up by the first any more', async () => {
    const { netsync, send } = setUp();
    const gone = new AbortController();
    const first = send('a', { idempotency: 'x', signal: gone.signal });
    const second = send('a', { idempotency: 'x' });
    gone.abort();
    await expect(first).rejects.toMatchObject({ code: 'superseded' });
    expect(netsync.pending).toBe(1);
    netsync.close();
    await expect(second).rejects.toMatchObject({ code: 'closed' });
  });

  it('waits as long as it says itself', async () => {
    const { clock, netsync, send } = setUp();
    void send('a', { idempotency: 'x', timeout: '1s' }).catch(() => undefined);
    clock.advance(500);
    const second = send('a', { idempotency: 'x', timeout: '2s' });
    const ended = expect(second).rejects.toMatchObject({ code: 'timeout', details: { waitedMs: 2500 } });
    clock.advance(1999);
    expect(netsync.pending).toBe(1);
    clock.advance(1);
    await ended;
    expect(netsync.waits.openCount).toBe(0);
  });

  it('may stop to have a timeout, and get one', async () => {
    const { clock, netsync, send } = setUp();
    void send('a', { idempotency: 'x', timeout: '1s' }).catch(() => undefined);
    void send('a', { idempotency: 'x' }).catch(() => undefined);
    clock.advance(5000);
    expect(netsync.pending).toBe(1);
    const last = send('a', { idempotency: 'x', timeout: '1s' });
    const ended = expect(last).rejects.toMatchObject({ code: 'timeout' });
    clock.advance(1000);
    await ended;
  });

  it('gets the answer of the first, also if it is the newcomer that syncs', async () => {
    const { clock, matches, send } = setUp();
    const answers = await Promise.all([send('a', { idempotency: 'x' }), send('b', { idempotency: 'y', payload: 'p' })]);
    clock.advance(59_999);
    expect(await send('a', { idempotency: 'x' })).toEqual(answers[0]);
    expect(await send('b', { idempotency: 'y', payload: 'p' })).toEqual(answers[1]);
    expect(matches).toHaveLength(1);
  });

  it('is a new request when the answer is forgotten', () => {
    const { clock, netsync, send } = setUp({ keptAnswersMs: 10 });
    void send('a', { idempotency: 'x' });
    void send('b');
    clock.advance(10);
    void send('a', { idempotency: 'x' });
    expect(netsync.pending).toBe(1);
  });

  it.each([
    ['left', (netsync: Netsync) => netsync.submit({ event: 'e', actor: 'a', idempotency: 'x' }, silent)()],
    [
      'timed out',
      (netsync: Netsync, clock: SimulatedClock) => {
        netsync.submit({ event: 'e', actor: 'a', idempotency: 'x', timeout: 1 }, silent);
        clock.advance(1);
      },
    ],
  ])('is a new request when the first %s', async (_how, end) => {
    const { clock, netsync, send } = setUp();
    end(netsync, clock);
    expect(netsync.pending).toBe(0);
    const again = send('a', { idempotency: 'x' });
    expect((await send('b')).matchId).toBe((await again).matchId);
  });

  it.each([
    ['event', { event: 'f' }],
    ['actor', { actor: 'b' }],
    ['payload', { payload: 'q' }],
    ['mates', { mates: 2 }],
    ['labels', { labels: 'k=v' }],
    ['selector', { selector: 'k=v' }],
  ])('is refused when it says another %s, and the first goes on', async (_what, change) => {
    const { netsync, send } = setUp();
    const first = send('a', { idempotency: 'x' });
    await expect(send('a', { idempotency: 'x', ...change })).rejects.toMatchObject({ code: 'idempotency_reused' });
    expect(netsync.pending).toBe(1);
    await Promise.all([first, send('c')]);
    await expect(send('a', { idempotency: 'x', ...change })).rejects.toMatchObject({ code: 'idempotency_reused' });
  });

  it('may write the same labels and selector in another way', async () => {
    const { netsync, send } = setUp();
    const first = send('a', { idempotency: 'x', labels: 'k=v,l=w', selector: 'k = v' });
    void send('a', { idempotency: 'x', labels: { l: 'w', k: 'v' }, selector: 'k=v' });
    await expect(first).rejects.toMatchObject({ code: 'superseded' });
    expect(netsync.pending).toBe(1);
  });

  it('is none without an id', () => {
    const { netsync, send } = setUp();
    for (const idempotency of ['', undefined]) void send('a', { idempotency });
    expect(netsync.pending).toBe(2);
  });

  it('needs an id that is a text of bounded length', async () => {
    const { send } = setUp();
    await expect(send('a', { idempotency: 7 })).rejects.toMatchObject({
      code: 'bad_param',
      details: { param: 'idempotency' },
    });
    await expect(send('a', { idempotency: 'x'.repeat(257) })).rejects.toMatchObject({ code: 'too_large' });
  });
});

const silent = { onSync: () => undefined, onError: () => undefined };
