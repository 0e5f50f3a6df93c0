import type { Clock } from '@syncytium/kit';
import { measureExchanges, type Measured } from '@syncytium/program';
import type { Cell } from '@syncytium/thynapse';

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

/** Exchanges under way at once where throughput is asked for: more would only make them wait for each other. */
const multicatchAtOnce = 1000;
const anycatchAtOnce = 256;

/**
 * Multicatch, from one cell to another, and anycatch with answers: one at a time for latency, many at once for
 * throughput. Every exchange is of real cells of the transmitter that these are connected to; nobody else gets the events.
 */
export async function* measureNetwork(options: MeasureOptions): AsyncGenerator<Measured> {
  const { sender, listener, worker, size, durationMs, clock, signal } = options;
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
  const parties = { who: sender.name, missing: 'the transmitter, or events that were lost' };
  const measure = (what: string, atOnce: number, exchange: () => Promise<void>): Promise<Measured> =>
    measureExchanges({ what, atOnce, exchange, durationMs, ...parties, clock, signal });
  yield await measure('multicatch, one at a time', 1, multicatch);
  yield await measure(`multicatch, ${multicatchAtOnce} at once`, multicatchAtOnce, multicatch);
  yield await measure('anycatch with answer, one at a time', 1, anycatch);
  yield await measure(`anycatch with answer, ${anycatchAtOnce} at once`, anycatchAtOnce, anycatch);
}
