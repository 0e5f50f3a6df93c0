import type { Percentiles } from './latencies.js';

/** What one round of one contender gave. */
export interface Sample {
  /** Work done: requests, matches, bytes; the entry's `unit` says which. */
  readonly operations: number;
  /** Wall-clock time it took, in seconds. */
  readonly seconds: number;
  /** CPU time of the process under test, user and system, in seconds, where it can be told. */
  readonly cpuSeconds?: number;
  /** Latencies in microseconds by percentile, where the entry asks for them. */
  readonly latencyUs?: Percentiles;
  /** Further figures, by what a table calls them, with the unit (`RSS bytes per waiter`). */
  readonly figures?: Readonly<Record<string, number>>;
}

/** One of those that are compared: ours, a peer, or the limit of what is possible. */
export interface Contender {
  readonly name: string;
  readonly role: 'ours' | 'peer' | 'limit';
  /** Where it stands on the axis of an entry that asks how cost grows. */
  readonly at?: ScalePoint;
  /** What it runs on, by name (`redis-server`), for the report. */
  readonly versions?: Versions;
  /** Measures once, for about `seconds` where the work has no natural end. */
  run(seconds: number): Promise<Sample>;
  /** Gives back processes and connections. */
  close?(): Promise<void>;
}

/** A point of a curve. */
export interface ScalePoint {
  /** The curve's name. */
  readonly series: string;
  /** How much work: waiters, rows, bytes. */
  readonly x: number;
}

/** What an entry shows that asks how cost grows with the amount of work. */
export interface Scale {
  /** What grows, with its unit: `waiters`, `bytes`. */
  readonly axis: string;
  /** What is shown of each contender, over the axis. */
  readonly figure: 'rate' | 'cpu';
}

/** Versions of programs and packages by name. */
export type Versions = Readonly<Record<string, string>>;

/** One that cannot run here, and why; the others are compared without it. */
export interface SkippedContender {
  readonly name: string;
  readonly role: Contender['role'];
  readonly skipped: string;
}

/** What an entry promises of a contender: a ratio to another one in the same run, or a bound of its own. */
export type Aim = RatioAim | BoundAim | RateAim;

export interface RatioAim {
  readonly figure: 'rate' | 'cpu' | 'p50' | 'p99';
  readonly of: string;
  readonly against: string;
  /** The least ratio wanted of a rate, or the most of CPU per operation and latency. */
  readonly ratio: number;
}

export interface BoundAim {
  readonly figure: 'p50' | 'p99';
  readonly of: string;
  readonly usMax: number;
}

export interface RateAim {
  readonly figure: 'rate';
  readonly of: string;
  readonly perSecondMin: number;
}

/** How an entry's results are shown. */
export interface Presentation {
  /** Set when the entry asks how cost grows; each contender then says where it stands. */
  readonly scale?: Scale;
  /** Set when the rate was given and only latencies were asked for. */
  readonly isRateGiven?: boolean;
  /** The figure that is drawn as bars, by its name, when the question is not about the rate. */
  readonly barFigure?: string;
}

/** One question, answered by running contenders beside each other in the same run. */
export interface BenchEntry extends Presentation {
  /** `system/what`, as given on the command line. */
  readonly name: string;
  readonly question: string;
  /** What is counted: `pairs`, `matches`. */
  readonly unit: string;
  readonly aims?: readonly Aim[];
  /**
   * The least length of the first round, which is not counted: set when several processes have to compile what they do
   * before it costs what it costs for long.
   */
  readonly warmUpSeconds?: number;
  /** Makes the contenders. Throws a {@link SkipError} when none of them can run here. */
  prepare(): Promise<(Contender | SkippedContender)[]>;
}

/** Something that is not here; the report says why. */
export class SkipError extends Error {}

/** A contender, or that it is skipped when making it throws a {@link SkipError}. */
export async function orSkipped(
  name: string,
  role: Contender['role'],
  make: () => Promise<Omit<Contender, 'name' | 'role'>>,
): Promise<Contender | SkippedContender> {
  try {
    return { name, role, ...(await make()) };
  } catch (error) {
    if (error instanceof SkipError) return { name, role, skipped: error.message };
    throw error;
  }
}
