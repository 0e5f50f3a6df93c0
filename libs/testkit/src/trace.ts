import type { Clock } from '@syncytium/kit';

/** One thing that happened in a simulated run. */
export interface TraceEvent {
  /** When, in milliseconds of the simulated clock. */
  readonly atMs: number;
  /** What: `send`, `deliver`, `lose`, `crash`, ... */
  readonly kind: string;
  /** Who and to whom, as far as it applies. */
  readonly from?: string;
  readonly to?: string;
  /** More, formatted only when somebody looks. */
  readonly detail?: () => string;
}

export interface TraceOptions {
  readonly clock: Clock;
  /** Most events kept; older ones are forgotten but stay in `count` and `digest` (2,000 unless told). */
  readonly max?: number;
}

/** What happened in a run, in order. Two runs of one seed have the same count and digest, or something is not replayable. */
export class Trace {
  readonly max: number;
  readonly #clock: Clock;
  #events: TraceEvent[] = [];
  #count = 0;
  #hash = 0x811c9dc5;

  constructor({ clock, max = 2000 }: TraceOptions) {
    this.#clock = clock;
    this.max = max;
  }

  /** Events so far, the forgotten ones included. */
  get count(): number {
    return this.#count;
  }

  /** A hash over times, kinds and parties of all events so far. */
  get digest(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  add(event: Omit<TraceEvent, 'atMs'>): void {
    const atMs = this.#clock.now();
    this.#count++;
    this.#mix(`${atMs} ${event.kind} ${event.from ?? ''} ${event.to ?? ''}`);
    this.#events.push({ ...event, atMs });
    // Forgetting half of a double-sized list at once costs less than shifting it at every event.
    if (this.#events.length >= 2 * this.max) this.#events = this.#events.slice(-this.max);
  }

  /** Adds a remark of the test itself. */
  note(text: string): void {
    this.add({ kind: text });
  }

  /** The last events as lines for people, oldest first. */
  lines(limit = this.max): string[] {
    const count = Math.min(limit, this.max, this.#events.length);
    return this.#events.slice(this.#events.length - count).map(formatEvent);
  }

  /** FNV-1a, 32 bits. */
  #mix(text: string): void {
    let hash = this.#hash;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    this.#hash = hash;
  }
}

function formatEvent({ atMs, kind, from, to, detail }: TraceEvent): string {
  const parties = from === undefined ? (to ?? '') : to === undefined ? from : `${from} -> ${to}`;
  return [`${atMs.toFixed(3)} ms`, kind, parties, detail?.() ?? ''].filter((part) => part !== '').join('  ');
}
