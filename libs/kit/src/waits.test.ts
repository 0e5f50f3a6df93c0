import { describe, expect, test } from 'vitest';
import type { Clock } from './clock.js';
import { LimitError } from './errors.js';
import { WaitTable, type WaitSubject } from './waits.js';

function table(max?: number) {
  const time = { now: 1000 };
  const clock: Clock = {
    now: () => time.now,
    wallNow: () => Date.UTC(2026, 0, 1) + time.now,
    setTimer: () => ({ cancel: () => undefined }),
  };
  return { time, waits: new WaitTable({ system: 'demo', clock, ...(max !== undefined && { max }) }) };
}
const subject = (who: string): WaitSubject => ({ who, what: 'a coin', whom: ['CUST'] });

describe('a wait table', () => {
  test('shows who waits, for what, for whom, since when and until when', () => {
    const { time, waits } = table();
    waits.open({ ...subject('VM'), details: { event: 'coin' } }, 1000 + 30_000);
    time.now += 1500;
    expect(waits.list()).toEqual([
      {
        system: 'demo',
        who: 'VM',
        what: 'a coin',
        whom: ['CUST'],
        mode: 'any',
        since: '2026-01-01T00:00:01.000Z',
        waitedMs: 1500,
        until: '2026-01-01T00:00:31.000Z',
        details: { event: 'coin' },
      },
    ]);
  });

  test('tells the same beginning however often it is asked, though the clocks tick apart, and follows a clock that was set', () => {
    const time = { now: 1000.25, wall: Date.UTC(2026, 0, 1) };
    const clock: Clock = {
      now: () => time.now,
      wallNow: () => time.wall,
      setTimer: () => ({ cancel: () => undefined }),
    };
    const waits = new WaitTable({ system: 'demo', clock });
    waits.open(subject('VM'));
    const seen = new Set<string>();
    for (let look = 0; look < 50; look++) {
      seen.add(waits.list()[0]?.since ?? '');
      time.now += 0.7;
      time.wall = Date.UTC(2026, 0, 1) + Math.floor(time.now - 1000.25);
    }
    expect(seen).toEqual(new Set(['2026-01-01T00:00:00.000Z']));
    time.wall += 3_600_000;
    expect(waits.list()[0]?.since).toMatch(/^2026-01-01T01:00:0/);
  });

  test('a deadline beyond all dates is shown as none, and hides nothing', () => {
    const { waits } = table();
    waits.open(subject('VM'), 1e300);
    waits.open(subject('CUST'), 2000);
    expect(waits.list().map(({ until }) => until)).toEqual([null, '2026-01-01T00:00:02.000Z']);
  });

  test('a wait without a deadline has none, and facts are left out where there are none', () => {
    const { waits } = table();
    waits.open(subject('VM'));
    expect(waits.list()[0]).toMatchObject({ until: null });
    expect(waits.list()[0]).not.toHaveProperty('details');
  });

  test('lists the oldest first, up to the limit', () => {
    const { waits } = table();
    const opened = ['a', 'b', 'c', 'd'].map((who) => waits.open(subject(who)));
    opened[1]!.close('done');
    expect(waits.list().map(({ who }) => who)).toEqual(['a', 'c', 'd']);
    expect(waits.list({ limit: 2 }).map(({ who }) => who)).toEqual(['a', 'c']);
  });

  test('counts open waits and outcomes; only the first outcome of a wait stands', () => {
    const { waits } = table();
    const first = waits.open(subject('a'));
    waits.open(subject('b')).close('timeout');
    waits.open(subject('c')).close('cancelled');
    expect(first.outcome).toBeUndefined();
    expect(first.close('done')).toBe(true);
    expect(first.close('failed')).toBe(false);
    expect(first.outcome).toBe('done');
    waits.open(subject('d'));
    expect(waits.counts()).toEqual({ open: 1, done: 1, timeout: 1, cancelled: 1, failed: 0 });
    expect(waits.openCount).toBe(1);
  });

  test('asks the owner for the present state only when listed', () => {
    const { waits } = table();
    let asked = 0;
    waits.open({
      get who() {
        asked++;
        return `VM ${asked}`;
      },
      what: 'a coin',
      whom: [],
    });
    expect(asked).toBe(0);
    expect(waits.list()[0]?.who).toBe('VM 1');
    expect(waits.list()[0]?.who).toBe('VM 2');
  });

  test('refuses more waits than its maximum and has room again when one ends', () => {
    const { waits } = table(2);
    const first = waits.open(subject('a'));
    waits.open(subject('b'));
    expect(() => waits.open(subject('c'))).toThrow(LimitError);
    first.close('done');
    expect(() => waits.open(subject('c'))).not.toThrow();
  });
});
