import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from './entry.js';
import { Latencies } from './latencies.js';

/** Most calls without an answer; one that is slower than so many has lost. */
const underWayMax = 100_000;

/**
 * Calls that begin when their time has come, whether or not those before have been answered. A latency counts from the
 * time the call should have begun: one that had to wait for others is not made to look better than it was.
 */
export async function openLoop(seconds: number, callsPerSecond: number, call: () => Promise<void>): Promise<Sample> {
  const latencies = new Latencies();
  const count = Math.round(seconds * callsPerSecond);
  const underWay = new Set<Promise<void>>();
  const began = performance.now();
  const make = async (dueAt: number): Promise<void> => {
    await call();
    latencies.record(performance.now() - dueAt);
  };
  const dueAtOf = (index: number): number => began + (1000 * index) / callsPerSecond;
  for (let made = 0; made < count;) {
    for (; made < count && dueAtOf(made) <= performance.now(); made++) {
      if (underWay.size >= underWayMax) throw new Error(`${underWayMax} calls have no answer`);
      const one = make(dueAtOf(made)).finally(() => underWay.delete(one));
      underWay.add(one);
    }
    await sleep(1);
  }
  await Promise.all(underWay);
  return {
    operations: count,
    seconds: (performance.now() - began) / 1000,
    latencyUs: latencies.percentiles(),
  };
}
