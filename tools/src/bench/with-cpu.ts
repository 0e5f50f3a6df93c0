import type { Sample } from './entry.js';

/** A round in this process, with the CPU time that it took. */
export async function withCpu(measure: () => Promise<Sample>): Promise<Sample> {
  const before = process.cpuUsage();
  const sample = await measure();
  const { user, system } = process.cpuUsage(before);
  return { ...sample, cpuSeconds: (user + system) / 1e6 };
}
