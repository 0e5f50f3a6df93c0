import type { LaterEvents } from './later-events.js';

/** Which event of which transmitter: `n` is its number among all events that the one with id `origin` accepted. */
export interface Position {
  readonly origin: string;
  readonly n: number;
}

/** Up to which event of each transmitter everything is known. */
export type Positions = Readonly<Record<string, number>>;

/** Something that was published: one event, or a run of them; `n` is the number of the last. */
export interface Publication extends Position {
  readonly channel: string;
  readonly events: LaterEvents;
}

/** What somebody missed who comes back. */
export interface Missed {
  readonly publications: readonly Publication[];
  readonly lost: number;
  readonly lostUntil: Positions;
}

/** What was published last, for those who come back and have missed some of it. [T-63] */
export class ReplayLog {
  readonly #max: number;
  readonly #bytesMax: number;
  /** The one with number i is at i modulo one more than may be kept. */
  readonly #kept: (Publication | undefined)[] = [];
  #first = 0;
  #next = 0;
  #bytes = 0;
  /** Up to which event of each transmitter nothing is kept. */
  readonly #floor = new Map<string, number>();
  readonly #last = new Map<string, number>();

  constructor({ max, bytesMax }: { readonly max: number; readonly bytesMax: number }) {
    this.#max = max;
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#next - this.#first;
  }

  /** How far everything is known. */
  get positions(): Positions {
    return Object.fromEntries(this.#last);
  }

  push(publication: Publication): void {
    const { origin, n, events } = publication;
    this.#kept[this.#next++ % (this.#max + 1)] = publication;
    this.#bytes += events.bytes;
    this.#last.set(origin, n);
    while (this.size > this.#max || this.#bytes > this.#bytesMax) this.#dropFirst();
  }

  /** What came before is not known here. */
  startAt({ origin, n }: Position): void {
    this.#floor.set(origin, n);
    this.#last.set(origin, n);
  }

  /** The transmitter is gone for long; who asks for what it said last will not come any more. */
  forget(origin: string): void {
    this.#floor.delete(origin);
    this.#last.delete(origin);
  }

  /**
   * What was published after `since`, in its order, and how many events are not kept any more, up to which: that many may
   * have been missed.
   */
  after(since: Positions): Missed {
    const publications: Publication[] = [];
    // Backwards, until everything of all transmitters is older than what is asked for.
    const unseen = new Set([...this.#last].filter(([origin, n]) => n > (since[origin] ?? 0)).map(([origin]) => origin));
    for (let i = this.#next - 1; i >= this.#first && unseen.size > 0; i--) {
      const publication = this.#kept[i % (this.#max + 1)];
      if (!publication || !unseen.has(publication.origin)) continue;
      if (publication.n > (since[publication.origin] ?? 0)) publications.push(publication);
      else unseen.delete(publication.origin);
    }
    let lost = 0;
    const lostUntil: Record<string, number> = {};
    for (const [origin, floor] of this.#floor) {
      const missed = floor - (since[origin] ?? 0);
      if (missed <= 0) continue;
      lost += missed;
      lostUntil[origin] = floor;
    }
    return { publications: publications.reverse(), lost, lostUntil };
  }

  #dropFirst(): void {
    const at = this.#first++ % (this.#max + 1);
    const dropped = this.#kept[at];
    this.#kept[at] = undefined;
    if (!dropped) return;
    this.#bytes -= dropped.events.bytes;
    if (this.#last.has(dropped.origin)) this.#floor.set(dropped.origin, dropped.n);
  }
}
