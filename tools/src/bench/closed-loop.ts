import type { Sample } from './entry.js';
import { Latencies } from './latencies.js';

/** One call after the other, each begun when the one before has its answer. */
export async function closedLoop(seconds: number, call: () => Promise<void>): Promise<Sample> {
  const latencies = new Latencies();
  const began = performance.now();
  const end = began + seconds * 1000;
  let operations = 0;
  let now = began;
  while (now < end) {
    await call();
    const sent = now;
    now = performance.now();
    latencies.record(now - sent);
    operations++;
  }
  return { operations, seconds: (now - began) / 1000, latencyUs: latencies.percentiles() };
}
