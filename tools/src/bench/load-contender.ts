import type { BenchProcess } from './bench-process.js';
import type { Contender, Sample, Versions } from './entry.js';
import type { ProcessUsage } from './process-usage.js';

/** Every round begins so many seconds early: what has slept or is not compiled yet is not what is measured. */
const warmUpSeconds = 0.3;

export interface LoadContenderOptions {
  /** The process that makes the load and measures. */
  readonly load: BenchProcess;
  /** What serves it; its CPU time is counted, too. It is stopped with the load. */
  readonly servers: readonly BenchProcess[];
  readonly versions?: Versions;
  /** Whose CPU time is counted, by what they are; shown for each. Without it, that of `load` and `servers` together. */
  readonly cpuOf?: Readonly<Record<string, readonly ProcessUsage[]>>;
  /** The process that knows the latencies of a round, where `load` does not. */
  readonly latenciesOf?: BenchProcess;
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
  cpuOf,
  latenciesOf,
  figures,
  onBegin,
  onClose,
}: LoadContenderOptions): Omit<Contender, 'name' | 'role'> {
  const processes = [load, ...servers];
  const shares = Object.entries(cpuOf ?? { all: processes.map(({ usage }) => usage) });
  const cpuSeconds = (): number[] =>
    shares.map(([, usages]) => usages.reduce((sum, usage) => sum + usage.cpuSeconds(), 0));
  return {
    versions,
    async run(seconds) {
      await load.measure(warmUpSeconds);
      await latenciesOf?.measure(0);
      onBegin?.();
      const before = cpuSeconds();
      const sample = await load.measure(seconds);
      const used = cpuSeconds().map((after, i) => after - (before[i] ?? 0));
      const each = cpuOf ? shares.map(([name], i) => [`${name} us`, ((used[i] ?? 0) * 1e6) / sample.operations]) : [];
      const latencyUs = (await latenciesOf?.measure(0))?.latencyUs;
      return {
        ...sample,
        cpuSeconds: used.reduce((sum, one) => sum + one, 0),
        ...(latencyUs && { latencyUs }),
        figures: { ...(Object.fromEntries(each) as Record<string, number>), ...figures?.(sample) },
      };
    },
    async close() {
      for (const one of processes) await one.stop();
      await onClose?.();
    },
  };
}
