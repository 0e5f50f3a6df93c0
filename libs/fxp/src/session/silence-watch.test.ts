import { SimulatedClock } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import { SilenceWatch } from './silence-watch.js';

test('a silence is noticed while something is awaited, and only then', () => {
  const clock = new SimulatedClock();
  const silences: number[] = [];
  let isAwaiting = true;
  let heardAt = -1;
  const watch = new SilenceWatch({
    clock,
    silenceMs: 100,
    isAwaiting: () => isAwaiting,
    lastHeardAt: () => heardAt,
    onSilence: () => silences.push(clock.now()),
  });
  watch.begin();
  watch.begin();
  clock.advance(250);
  expect(silences).toEqual([100, 200]);
  heardAt = 250;
  clock.advance(100);
  expect(silences).toEqual([100, 200]);
  clock.advance(100);
  expect(silences).toEqual([100, 200, 400]);
  isAwaiting = false;
  clock.advance(1000);
  expect(clock.pending).toBe(0);
  isAwaiting = true;
  watch.begin();
  watch.stop();
  clock.advance(1000);
  expect(silences).toHaveLength(3);
});
