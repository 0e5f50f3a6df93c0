import type { BenchProcess } from './bench-process.js';
import type { Contender, Sample, Versions } from './entry.js';

/** Every round begins so many seconds early: what has slept or is not compiled yet is not what is measured. */
const warmUpSeconds = 0.3;

export interface LoadContenderOptions {
  /** The process that makes the load and measures. */
  readonly load: BenchProcess;
  /** What serves it; its CPU time is counted, too. It is stopped with the load. */
  readonly servers: readonly BenchProcess[];
  readonly versions?: Versions;
  /** More to say about a round. */
  readonly figures?: (sample: Sample) => Readonly<Record<string, number>>;
  /** Before the round that counts. */
  readonly onBegin?: () => void;
  /** What else ends with it. */
  readonly onClose?: () => Promise<void>;
}

/** A contender that consists of processes of its own. Its CPU time is that of all of them. */
export function loadContender({
  load,
  servers,
  versions = {},
  figures,
  onBegin,
  onClose,
}: LoadContenderOptions): Omit<Contender, 'name' | 'role'> {
  const processes = [load, ...servers];
  const cpuSeconds = (): number => processes.reduce((sum, { usage }) => sum + usage.cpuSeconds(), 0);
  return {
    versions,
    async run(seconds) {
      await load.measure(warmUpSeconds);
      onBegin?.();
      const before = cpuSeconds();
      const sample = await load.measure(seconds);
      return { ...sample, cpuSeconds: cpuSeconds() - before, ...(figures && { figures: figures(sample) }) };
    },
    async close() {
      for (const one of processes) await one.stop();
      await onClose?.();
    },
  };
}
