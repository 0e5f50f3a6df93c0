import { SimulatedClock } from '@syncytium/testkit';
import { describe, expect, test, vi } from 'vitest';
import { AnswerWatch } from './answer-watch.js';

function makeWatch() {
  const clock = new SimulatedClock();
  const onOverdue = vi.fn(() => clock.now());
  const watch = new AnswerWatch({ clock, graceMs: 100, onOverdue });
  return { clock, onOverdue, watch };
}

describe('the watch over a line', () => {
  test('tells once when a command has no answer in time', () => {
    const { clock, onOverdue, watch } = makeWatch();
    watch.expect(0);
    clock.advance(99);
    expect(onOverdue).not.toHaveBeenCalled();
    clock.advance(1);
    expect(onOverdue).toHaveBeenCalledOnce();
    clock.advance(1000);
    expect(onOverdue).toHaveBeenCalledOnce();
  });

  test('lets a command wait as long as it may, and those behind it for their turn', () => {
    const { clock, onOverdue, watch } = makeWatch();
    const waiting = watch.expect(1000);
    watch.expect(0);
    clock.advance(1099);
    watch.answered(waiting);
    clock.advance(99);
    expect(onOverdue).not.toHaveBeenCalled();
    clock.advance(1);
    expect(onOverdue).toHaveReturnedWith(1199);
  });

  test('lets a command wait for ever, until it is told to hurry', () => {
    const { clock, onOverdue, watch } = makeWatch();
    const waiting = watch.expect(Infinity);
    expect(clock.pending).toBe(0);
    clock.advance(1_000_000);
    watch.hurry(waiting);
    clock.advance(99);
    expect(onOverdue).not.toHaveBeenCalled();
    clock.advance(1);
    expect(onOverdue).toHaveBeenCalledOnce();
  });

  test('sees the next command in time after one that could have waited long', () => {
    const { clock, onOverdue, watch } = makeWatch();
    watch.answered(watch.expect(1_000_000));
    watch.expect(0);
    clock.advance(100);
    expect(onOverdue).toHaveBeenCalledOnce();
  });

  test('sets one timer for many commands, and none once the line is gone', () => {
    const { clock, onOverdue, watch } = makeWatch();
    const setTimer = vi.spyOn(clock, 'setTimer');
    for (let i = 0; i < 1000; i++) watch.answered(watch.expect(0));
    expect(setTimer).toHaveBeenCalledOnce();
    watch.stop();
    watch.expect(0);
    expect(clock.pending).toBe(0);
    clock.advance(1000);
    expect(onOverdue).not.toHaveBeenCalled();
  });
});
