import { AbortedError, Deadlines, LimitError, TimeoutError, WaitTable } from '@syncytium/kit';
import { SimulatedClock } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { Pending } from './pending.js';

function world(max = 10) {
  const clock = new SimulatedClock();
  const waits = new WaitTable({ system: 'test', clock, max });
  const deadlines = new Deadlines(clock);
  const subject = { who: 'me', what: 'an answer', whom: ['you'], missing: 'you' };
  const wait = (signal?: AbortSignal) => {
    const givenUp: string[] = [];
    const pending = new Pending<number>({
      clock,
      deadlines,
      waits,
      subject,
      timeoutMs: 100,
      signal,
      onGivenUp: () => givenUp.push('given up'),
    });
    return { pending, givenUp };
  };
  return { clock, waits, wait };
}

describe('something that is waited for', () => {
  test('is visible until it comes', async () => {
    const { clock, waits, wait } = world();
    const { pending, givenUp } = wait();
    expect(waits.list()).toMatchObject([{ who: 'me', what: 'an answer', whom: ['you'] }]);
    pending.resolve(7);
    pending.reject(new Error('too late'));
    expect(await pending.promise).toBe(7);
    clock.advance(1000);
    expect([waits.counts(), givenUp, clock.pending]).toEqual([expect.objectContaining({ open: 0, done: 1 }), [], 0]);
  });

  test('names who did not come when the time is over', async () => {
    const { clock, waits, wait } = world();
    const { pending, givenUp } = wait();
    clock.advance(100);
    await expect(pending.promise).rejects.toThrow(TimeoutError);
    await expect(pending.promise).rejects.toThrow('me waited 100 ms for an answer from you');
    expect([waits.counts().timeout, givenUp]).toEqual([1, ['given up']]);
    pending.resolve(7);
    expect(waits.counts().done).toBe(0);
  });

  test('is given up when the signal fires, or has fired', async () => {
    const { waits, wait } = world();
    const controller = new AbortController();
    const { pending, givenUp } = wait(controller.signal);
    controller.abort('enough');
    await expect(pending.promise).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    expect([waits.counts().cancelled, givenUp]).toEqual([1, ['given up']]);
    expect(() => wait(controller.signal)).toThrow(AbortedError);
    expect(waits.openCount).toBe(0);
  });

  test('leaves nothing behind on its signal', () => {
    const { wait } = world();
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    wait(signal).pending.resolve(1);
    expect(listeners).toBe(0);
  });

  test('is refused when too many wait', () => {
    const { wait } = world(1);
    wait();
    expect(() => wait()).toThrow(LimitError);
  });
});
