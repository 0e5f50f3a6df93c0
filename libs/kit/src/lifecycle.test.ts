import { describe, expect, test } from 'vitest';
import { systemClock, type Clock } from './clock.js';
import { Lifecycle, type Component } from './lifecycle.js';
import { silentLog, type Log } from './log.js';

function journal() {
  const lines: string[] = [];
  const component = (name: string, more: Partial<Component> = {}): Component => ({
    name,
    start: () => void lines.push(`start ${name}`),
    drain: () => void lines.push(`drain ${name}`),
    stop: () => void lines.push(`stop ${name}`),
    ...more,
  });
  return { lines, component };
}

describe('a lifecycle', () => {
  test('starts in order, drains all in reverse, then releases all in reverse', async () => {
    const { lines, component } = journal();
    const life = new Lifecycle().add(component('a')).add(component('b'));
    await life.start();
    expect(life.state).toBe('running');
    await life.stop();
    expect(life.state).toBe('stopped');
    expect(lines).toEqual(['start a', 'start b', 'drain b', 'drain a', 'stop b', 'stop a']);
  });

  test('gives back what was started when a later start fails, and reports the failure', async () => {
    const { lines, component } = journal();
    const life = new Lifecycle()
      .add(component('a'))
      .add(component('b', { start: () => Promise.reject(new Error('port taken')) }))
      .add(component('c'));
    await expect(life.start()).rejects.toThrow('port taken');
    expect(lines).toEqual(['start a', 'stop b', 'stop a']);
    expect(life.state).toBe('stopped');
    await life.stop();
    expect(lines).toHaveLength(3);
  });

  test('a second stop ends a drain that hangs', async () => {
    const { lines, component } = journal();
    const seen: boolean[] = [];
    let draining: (() => void) | undefined;
    const isDraining = new Promise<void>((resolve) => (draining = resolve));
    const life = new Lifecycle().add(component('a')).add(
      component('stubborn', {
        drain(signal) {
          signal.addEventListener('abort', () => seen.push(signal.aborted));
          draining?.();
          return new Promise(() => undefined);
        },
      }),
    );
    await life.start();
    const stopped = life.stop();
    await isDraining;
    void life.stop();
    await stopped;
    expect(seen).toEqual([true]);
    expect(lines.slice(2)).toEqual(['drain a', 'stop stubborn', 'stop a']);
  });

  test('the time for draining is limited', async () => {
    const { component, lines } = journal();
    const due: (() => void)[] = [];
    const clock: Clock = {
      ...systemClock,
      setTimer(delayMs, fire) {
        expect(delayMs).toBe(50);
        due.push(fire);
        return { cancel: () => undefined };
      },
    };
    const life = new Lifecycle({ clock, drainMsMax: 50 }).add(
      component('a', {
        drain: () => {
          queueMicrotask(() => due.forEach((fire) => fire()));
          return new Promise(() => undefined);
        },
      }),
    );
    await life.start();
    await life.stop();
    expect(lines).toEqual(['start a', 'stop a']);
  });

  test('one component that fails to stop does not keep the others from stopping, and is logged', async () => {
    const { lines, component } = journal();
    const errors: string[] = [];
    const log: Log = { ...silentLog, error: (message) => errors.push(message) };
    const fail = (): Promise<void> => Promise.reject(new Error('no'));
    const life = new Lifecycle({ log }).add(component('a')).add(component('b', { drain: fail, stop: fail }));
    await life.start();
    await life.stop();
    expect(lines).toEqual(['start a', 'start b', 'drain a', 'stop a']);
    expect(errors).toEqual(['b failed to drain', 'b failed to stop']);
  });

  test('a stop during the start lets the step in hand finish, starts no more, and releases', async () => {
    const { lines, component } = journal();
    let finish: (() => void) | undefined;
    const life = new Lifecycle()
      .add(component('slow', { start: () => new Promise((resolve) => (finish = resolve)) }))
      .add(component('never'));
    const started = life.start();
    const stopped = life.stop();
    finish?.();
    await expect(started).rejects.toMatchObject({ code: 'closed' });
    await stopped;
    expect(lines).toEqual(['drain slow', 'stop slow']);
  });

  test('takes no component once started and starts only once', async () => {
    const life = new Lifecycle();
    await life.start();
    expect(() => life.add({ name: 'late' })).toThrow('late was added');
    await expect(life.start()).rejects.toMatchObject({ code: 'closed' });
  });

  test('stopping what never started does nothing', async () => {
    const { lines, component } = journal();
    await new Lifecycle().add(component('a')).stop();
    expect(lines).toEqual([]);
  });
});
