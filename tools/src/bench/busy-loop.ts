import type { Sample } from './entry.js';

/** Calls `operation` over and over for `seconds`, looking at the clock once in `batch` calls. */
export function busyLoop(seconds: number, batch: number, operation: () => void): Sample {
  const cpu = process.cpuUsage();
  const began = performance.now();
  let operations = 0;
  let elapsed = 0;
  while (elapsed < seconds) {
    for (let i = 0; i < batch; i++) operation();
    operations += batch;
    elapsed = (performance.now() - began) / 1000;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { operations, seconds: elapsed, cpuSeconds: (user + system) / 1e6 };
}
