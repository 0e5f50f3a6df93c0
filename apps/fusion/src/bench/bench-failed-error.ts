import { SyncytiumError } from '@syncytium/kit';

/** A query of the measurement was answered with an error. Code `bench_failed`. */
export class BenchFailedError extends SyncytiumError {
  constructor(query: string, answer: string) {
    super('bench_failed', `${query} failed: ${answer}`, { details: { query } });
  }
}
