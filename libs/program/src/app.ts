import type { Clock, Log, Prng, WaitTable } from '@syncytium/kit';
import type { MetricsRegistry } from './prometheus.js';

/** What every app is built from, so that a test or a program above can put its own in. */
export interface AppDeps {
  readonly log: Log;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly prng: Prng;
}

/** A built server: configured, not yet started. */
export interface App {
  readonly name: string;
  /** The waits of this server, as `GET /waits` lists them. */
  readonly waits: readonly WaitTable[];
  /** Accepts connections when it resolves, with the addresses for the `ready` line (`http://127.0.0.1:8000`). */
  start(): Promise<readonly string[]>;
  /** Called after the `ready` line is out, for a program that has something to show; a failure ends the program. */
  onReady?(): Promise<void>;
  /** Refuses new work, drains, releases. Called again meanwhile, it hurries. */
  stop(): Promise<void>;
}
