import { AbortedError, TimeoutError, type Clock } from '@syncytium/kit';
import type { Cell } from '@syncytium/thynapse';
import { LatencyHistogram } from './latency-histogram.js';

/** What one kind of exchange gave. */
export interface Measured {
  readonly what: string;
  readonly perSecond: number;
  readonly latencies: LatencyHistogram;
}

export interface MeasureOptions {
  /** Cells of three services of their own. */
  readonly sender: Cell;
  readonly listener: Cell;
  readonly worker: Cell;
  /** Length of the data in characters. */
  readonly size: number;
  /** How long each kind is measured, in milliseconds. */
  readonly durationMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Longest time for what is under way when a measurement ends. */
const settleMs = 10_000;

/** Exchanges under way at once where throughput is asked for: more would only make them wait for each other. */
const multicatchAtOnce = 1000;
const anycatchAtOnce = 256;

/**
 * Multicatch, from one cell to another, and anycatch with answers: one at a time for latency, many at once for
 * throughput. Every exchange is of real cells of the transmitter that these are connected to; nobody else gets the events.
 */
export async function* measureNetwork(options: MeasureOptions): AsyncGenerator<Measured> {
  const { sender, listener, worker, size } = options;
  const base = `bench::${sender.id}`;
  const filler = 'x'.repeat(size);
  const expected = new Map<number, () => void>();
  let sent = 0;
  await listener.all.on(`${base}::all`, ({ data }) => {
    const { n } = data as { readonly n: number };
    expected.get(n)?.();
    expected.delete(n);
  });
  await worker.on(`${base}::any`, () => null);
  const multicatch = async (): Promise<void> => {
    const n = ++sent;
    const heard = new Promise<void>((resolve) => expected.set(n, resolve));
    await sender.raw.send(`${base}::all`, { n, filler }, { confirm: false });
    await heard;
  };
  const anycatch = async (): Promise<void> => {
    await sender.request(`${base}::any`, { filler });
  };
  yield await measure('multicatch, one at a time', 1, multicatch, options);
  yield await measure(`multicatch, ${multicatchAtOnce} at once`, multicatchAtOnce, multicatch, options);
  yield await measure('anycatch with answer, one at a time', 1, anycatch, options);
  yield await measure(`anycatch with answer, ${anycatchAtOnce} at once`, anycatchAtOnce, anycatch, options);
}

/** So many exchanges are under way at any time, each followed by the next, until the time is over. */
async function measure(
  what: string,
  atOnce: number,
  exchange: () => Promise<void>,
  { sender, durationMs, clock, signal }: MeasureOptions,
): Promise<Measured> {
  const latencies = new LatencyHistogram();
  const began = clock.now();
  const until = began + durationMs;
  const lane = async (): Promise<void> => {
    for (let at = clock.now(); at < until && !signal.aborted; at = clock.now()) {
      await exchange();
      latencies.record(clock.now() - at);
    }
  };
  const lanes = Promise.all(Array.from({ length: atOnce }, lane));
  const facts = { who: sender.name, what, missing: 'the transmitter, or events that were lost' };
  await within(lanes, durationMs + settleMs, clock, signal, (waitedMs) => new TimeoutError({ ...facts, waitedMs }));
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
