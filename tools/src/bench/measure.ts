import type { BenchEntry, Contender, Sample, ScalePoint, SkippedContender, Versions } from './entry.js';

/** The rounds of one contender and their middle. */
export interface Measured {
  readonly contender: string;
  readonly role: Contender['role'];
  readonly at?: ScalePoint;
  readonly samples: readonly Sample[];
  /** Operations per second: median, least and most over the rounds. */
  readonly rate: Spread;
  /** CPU per operation in microseconds. */
  readonly cpuUs?: Spread;
  readonly p50Us?: Spread;
  readonly p99Us?: Spread;
  readonly p999Us?: Spread;
  readonly figures: Readonly<Record<string, Spread>>;
}

/** What an entry's contenders gave. */
export interface Measurement {
  readonly results: readonly Measured[];
  readonly skipped: readonly SkippedContender[];
  /** What the contenders ran on. */
  readonly versions: Versions;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** Length of a round, in seconds. */
  readonly seconds: number;
  readonly onProgress?: (done: number, of: number, contender: string) => void;
}

/**
 * Runs the contenders of an entry in turn, round by round, so that a slow minute of the machine meets all of them. The
 * first round warms up and is not counted.
 */
export async function measure(
  entry: BenchEntry,
  { rounds, seconds, onProgress }: MeasureOptions,
): Promise<Measurement> {
  const { warmUpSeconds = 0 } = entry;
  const prepared = await entry.prepare();
  const contenders = prepared.filter((one) => 'run' in one);
  const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]));
  let done = 0;
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const contender of contenders) {
        onProgress?.(done++, (rounds + 1) * contenders.length, contender.name);
        const sample = await contender.run(round === 0 ? Math.max(seconds / 2, warmUpSeconds) : seconds);
        if (round > 0) samples.get(contender)?.push(sample);
      }
    }
  } finally {
    for (const contender of contenders) await contender.close?.();
  }
  return {
    results: [...samples].map(([contender, taken]) => summarize(contender, taken)),
    skipped: prepared.filter((one) => 'skipped' in one),
    versions: Object.fromEntries(contenders.flatMap(({ versions = {} }) => Object.entries(versions))),
  };
}

function summarize({ name, role, at }: Contender, samples: readonly Sample[]): Measured {
  const over = (read: (sample: Sample) => number | undefined): Spread | undefined => {
    const values = samples.map(read).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : spread(values);
  };
  const optional = {
    cpuUs: over(({ cpuSeconds, operations }) => cpuSeconds && (cpuSeconds * 1e6) / operations),
    p50Us: over(({ latencyUs }) => latencyUs?.p50),
    p99Us: over(({ latencyUs }) => latencyUs?.p99),
    p999Us: over(({ latencyUs }) => latencyUs?.p999),
  };
  const figures = new Set(samples.flatMap((sample) => Object.keys(sample.figures ?? {})));
  return {
    contender: name,
    role,
    ...(at && { at }),
    samples,
    rate: spread(samples.map(({ operations, seconds }) => operations / seconds)),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    figures: Object.fromEntries(
      [...figures].map((figure) => [figure, spread(samples.flatMap((s) => s.figures?.[figure] ?? []))]),
    ),
  };
}

/** Median, least and most. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
  return { median, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}
