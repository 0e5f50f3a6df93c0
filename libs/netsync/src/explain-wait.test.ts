import { seededPrng } from '@syncytium/kit';
import { SimulatedClock } from '@syncytium/testkit';
import { describe, expect, it } from 'vitest';
import { Netsync } from './netsync.js';
import type { SyncParams } from './params.js';

type Params = Partial<SyncParams> & { actor: string };

/** What a request is told when its time is up beside some others that wait. */
function lacking(asking: Params, others: readonly Params[]): unknown {
  const clock = new SimulatedClock();
  const netsync = new Netsync({ clock, prng: seededPrng(1) });
  let told: unknown;
  const submit = (params: Params, onError: (error: Error) => void): void => {
    const onSync = (): void => expect.unreachable('nobody is to sync here');
    netsync.submit({ event: 'e', ...params }, { onSync, onError });
  };
  for (const other of others) submit(other, () => undefined);
  submit({ ...asking, timeout: 1500 }, (error) => (told = error));
  const view = netsync.waits.list().at(-1)?.details;
  clock.advance(1500);
  const { code, message, details } = told as Error & {
    code: string;
    details: { present: unknown; missing: number; blockedBy?: string };
  };
  expect(code).toBe('timeout');
  expect(details).toMatchObject({ actor: asking.actor, event: 'e', waitedMs: 1500 });
  const { present, missing, blockedBy } = details;
  expect(message).toBe(
    `${asking.actor} waited 1500 ms on e: missing ${missing} more that match` +
      (blockedBy === undefined ? '' : `, ${blockedBy}`),
  );
  // While it waited, `/waits` told the same.
  expect(view).toMatchObject({ missing, ...(blockedBy !== undefined && { blockedBy }) });
  netsync.close();
  return { present, missing, matching: view?.['matching'], ...(blockedBy !== undefined && { blockedBy }) };
}

describe('a request whose time is up is told', () => {
  it('that nobody was there', () => {
    expect(lacking({ actor: 'a', mates: 3 }, [])).toEqual({ present: [], missing: 3, matching: 0 });
  });

  it('who was there, the oldest first, and how many were missing', () => {
    const others = ['a3', 'a1', 'a2'].map((actor) => ({ actor, mates: 4 }));
    expect(lacking({ actor: 'a', mates: 4 }, others)).toEqual({
      present: ['a3', 'a1', 'a2'],
      missing: 1,
      matching: 3,
    });
  });

  it('that two of those who match it refuse each other', () => {
    const others = [
      { actor: 'a1', mates: 3 },
      { actor: 'a2', mates: 3, selector: 'actor notin (a2,a3)' },
      { actor: 'a3', mates: 3 },
    ];
    expect(lacking({ actor: 'a4', mates: 3 }, others)).toEqual({
      present: ['a1', 'a2'],
      missing: 1,
      matching: 3,
      blockedBy: 'selector of a2 refuses a3',
    });
  });

  it.each<[string, Params, Params, string]>([
    ['its own selector', { actor: 'a', selector: 'actor=c' }, { actor: 'b' }, 'selector of a refuses b'],
    ['the selector of another', { actor: 'a' }, { actor: 'b', selector: 'actor=c' }, 'selector of b refuses a'],
  ])('that %s stood in the way', (_whose, asking, other, blockedBy) => {
    expect(lacking(asking, [other])).toEqual({ present: [], missing: 1, matching: 0, blockedBy });
  });

  it('that one asked for more', () => {
    expect(lacking({ actor: 'a' }, [{ actor: 'b', mates: 7 }])).toEqual({
      present: [],
      missing: 1,
      matching: 1,
      blockedBy: 'b asks for 7 mates',
    });
  });

  it('that two requests of one actor count as one', () => {
    const others = [
      { actor: 'b', mates: 2 },
      { actor: 'b', mates: 2 },
    ];
    expect(lacking({ actor: 'a', mates: 2 }, others)).toEqual({
      present: ['b'],
      missing: 1,
      matching: 2,
      blockedBy: 'selector of b refuses b',
    });
  });

  it('of those who are like itself, not counting itself', () => {
    const worker = (actor: string) => ({ actor, labels: 'role=w', selector: 'role=w', mates: 5 });
    expect(lacking(worker('w1'), [worker('w2'), worker('w3')])).toEqual({
      present: ['w2', 'w3'],
      missing: 3,
      matching: 2,
    });
  });

  it('not of requests for other events', () => {
    expect(lacking({ actor: 'a' }, [{ actor: 'b', event: 'f' }])).toEqual({ present: [], missing: 1, matching: 0 });
  });

  it('the first few names of very many, and never a greater number than are missing', () => {
    const others = Array.from({ length: 1500 }, (_, i) => ({ actor: `b${i}`, mates: 2000 }));
    const { present, missing, matching } = lacking({ actor: 'a', mates: 2000 }, others) as {
      present: string[];
      missing: number;
      matching: number;
    };
    expect(present).toHaveLength(16);
    expect(missing).toBe(500);
    // Counting ends somewhere: ten thousand may ask at once.
    expect(matching).toBe(1024);
  });
});
