import { systemClock, type Clock, type Timer } from '@syncytium/kit';
import { describe, expect, test } from 'vitest';
import { measureExchanges } from './measure-exchanges.js';
import { measuredTable } from './measured-table.js';

/** A clock on which each reading and each exchange takes time, and whose timers are fired by hand. */
function steppingClock() {
  let now = 0;
  const timers: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    now: () => now,
    setTimer(_ms, run): Timer {
      timers.push(run);
      return { cancel: () => undefined };
    },
  };
  return { clock, timers, advance: (ms: number) => void (now += ms) };
}

const facts = {
  what: 'echo',
  who: 'me',
  missing: 'the server',
  durationMs: 1000,
  signal: new AbortController().signal,
};

describe('a measurement', () => {
  test('counts exchanges, and how long each took', async () => {
    const { clock, advance } = steppingClock();
    const exchange = (): Promise<void> => {
      advance(10);
      return Promise.resolve();
    };
    const measured = await measureExchanges({ ...facts, atOnce: 1, exchange, clock });
    expect(measured).toMatchObject({ what: 'echo', perSecond: 100 });
    expect(measuredTable('64 bytes', 'echoes', [measured])).toEqual([
      expect.stringMatching(/^64 bytes +echoes\/s +p50 ms +p99 ms +p99.9 ms$/),
      expect.stringMatching(/^echo +100 +10\.\d +10\.\d +10\.\d$/),
    ]);
  });

  test('has one of each at least, should the machine stand still until the time is over', async () => {
    const { clock, advance } = steppingClock();
    const readings = [0, 2000];
    const stalled: Clock = { ...clock, now: () => readings.shift() ?? 2000 + clock.now() };
    const exchange = (): Promise<void> => {
      advance(500);
      return Promise.resolve();
    };
    const measured = await measureExchanges({ ...facts, atOnce: 1, exchange, clock: stalled });
    expect([measured.perSecond, measured.latencies.count]).toEqual([0.4, 1]);
  });

  test('keeps as many under way as it is told', async () => {
    const { clock, advance } = steppingClock();
    let [underWay, most] = [0, 0];
    const exchange = async (): Promise<void> => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      advance(1);
      underWay--;
    };
    await measureExchanges({ ...facts, atOnce: 7, exchange, clock });
    expect(most).toBe(7);
  });

  test('of an exchange that never ends names who is missing', async () => {
    const { clock, timers } = steppingClock();
    const measuring = measureExchanges({
      ...facts,
      atOnce: 1,
      exchange: () => new Promise<void>(() => undefined),
      clock,
    });
    timers.forEach((fire) => fire());
    await expect(measuring).rejects.toMatchObject({ code: 'timeout', details: { missing: 'the server' } });
  });

  test('ends when the user has had enough, and with what an exchange throws', async () => {
    const { clock } = steppingClock();
    const interrupt = new AbortController();
    const exchange = () => new Promise<void>(() => undefined);
    const measuring = measureExchanges({ ...facts, atOnce: 1, exchange, clock, signal: interrupt.signal });
    interrupt.abort();
    await expect(measuring).rejects.toMatchObject({ code: 'aborted' });
    const failing = measureExchanges({ ...facts, atOnce: 1, exchange: () => Promise.reject(new Error('no')), clock });
    await expect(failing).rejects.toThrow('no');
  });
});
