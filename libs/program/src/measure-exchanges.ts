import { createHistogram, type Histogram } from 'node:perf_hooks';
import { AbortedError, TimeoutError, type Clock } from '@syncytium/kit';

/** What one kind of exchange gave. */
export interface Measured {
  readonly what: string;
  readonly perSecond: number;
  /** In microseconds. */
  readonly latencies: Histogram;
}

export interface ExchangesToMeasure {
  /** In words, for the table and for errors. */
  readonly what: string;
  /** One exchange, from its beginning to its end. */
  readonly exchange: () => Promise<void>;
  /** How many are under way at any time. */
  readonly atOnce: number;
  /** How long new ones begin, in milliseconds. */
  readonly durationMs: number;
  /** Who waits for them. */
  readonly who: string;
  /** Who is missing when one does not end. */
  readonly missing: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Longest time for what is under way when a measurement ends. */
const settleMs = 10_000;

/**
 * So many exchanges are under way at any time, each followed by the next, until the time is over. Throws what an
 * exchange throws, `TimeoutError` when one does not end within 10 s of the others' end, and `AbortedError`.
 */
export async function measureExchanges(exchanges: ExchangesToMeasure): Promise<Measured> {
  const { what, exchange, atOnce, durationMs, who, missing, clock, signal } = exchanges;
  const latencies = createHistogram();
  const began = clock.now();
  const until = began + durationMs;
  const lane = async (): Promise<void> => {
    let at = clock.now();
    // At least one, should the machine stand still until the time is over.
    do {
      await exchange();
      latencies.record(Math.max(1, Math.round((clock.now() - at) * 1000)));
      at = clock.now();
    } while (at < until && !signal.aborted);
  };
  const lanes = Promise.all(Array.from({ length: atOnce }, lane));
  const timeout = (waitedMs: number): Error => new TimeoutError({ who, what, missing, waitedMs });
  await within(lanes, durationMs + settleMs, clock, signal, timeout);
  return { what, perSecond: (latencies.count * 1000) / (clock.now() - began), latencies };
}

/** Waits for work that may hang, since what is lost is not told. Throws `AbortedError` when the signal fires. */
async function within(
  work: Promise<unknown>,
  ms: number,
  clock: Clock,
  signal: AbortSignal,
  timeout: (waitedMs: number) => Error,
): Promise<void> {
  await new Promise((resolve, reject) => {
    const timer = clock.setTimer(ms, () => reject(timeout(ms)));
    const onAbort = (): void => {
      timer.cancel();
      reject(new AbortedError('the measurement', signal.reason));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    void work.then(resolve, reject).finally(() => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    });
  });
}
