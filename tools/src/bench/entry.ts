/** What one round of one contender gave. */
export interface Sample {
  /** Work done: requests, matches, bytes; the entry's `unit` says which. */
  readonly operations: number;
  /** Wall-clock time it took, in seconds. */
  readonly seconds: number;
  /** CPU time of the process under test, user and system, in seconds, where it can be told. */
  readonly cpuSeconds?: number;
  /** Latencies in microseconds by percentile, where the entry asks for them. */
  readonly latencyUs?: Readonly<Record<'p50' | 'p99' | 'p999', number>>;
  /** Further figures, by name with unit (`rssBytesPerWaiter`). */
  readonly figures?: Readonly<Record<string, number>>;
}

/** One of those that are compared: ours, a peer, or the limit of what is possible. */
export interface Contender {
  readonly name: string;
  readonly role: 'ours' | 'peer' | 'limit';
  /** Measures once, for about `seconds` where the work has no natural end. */
  run(seconds: number): Promise<Sample>;
  /** Gives back processes and connections. */
  close?(): Promise<void>;
}

/** What an entry promises: the ratio of two contenders in the same run. */
export interface Aim {
  readonly figure: 'rate' | 'cpu' | 'p50' | 'p99';
  readonly of: string;
  readonly against: string;
  /** The least ratio wanted of a rate, or the most of CPU per operation and latency. */
  readonly ratio: number;
}

/** One question, answered by running contenders beside each other in the same run. */
export interface BenchEntry {
  /** `system/what`, as given on the command line. */
  readonly name: string;
  readonly question: string;
  /** What is counted: `pairs`, `matches`. */
  readonly unit: string;
  readonly aims?: readonly Aim[];
  /** Makes the contenders; one that cannot run here is left out by throwing a {@link SkipError} that says why. */
  prepare(): Promise<Contender[]>;
}

/** A peer that is not here; the report says why. */
export class SkipError extends Error {}
