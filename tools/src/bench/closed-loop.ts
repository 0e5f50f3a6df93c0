import type { Sample } from './entry.js';
import { Latencies } from './latencies.js';

/** So many calls under way at a time; whenever one has its answer, the next one begins. */
export async function closedLoop(seconds: number, call: () => Promise<void>, window = 1): Promise<Sample> {
  const latencies = new Latencies();
  const began = performance.now();
  const end = began + seconds * 1000;
  let operations = 0;
  let now = began;
  const callOn = async (): Promise<void> => {
    for (let sent = began; sent < end; sent = now) {
      await call();
      now = performance.now();
      latencies.record(now - sent);
      operations++;
    }
  };
  await Promise.all(Array.from({ length: window }, callOn));
  return { operations, seconds: (now - began) / 1000, latencyUs: latencies.percentiles() };
}
