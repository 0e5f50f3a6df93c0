import type { Clock } from './clock.js';
import { LimitError } from './errors.js';
import { WallTime } from './wall-time.js';

/**
 * Somebody who waits, described only when a person or a program asks. The owner of a wait hands over an object whose
 * fields may be getters: they are read when waits are listed, never when one is opened or closed, so they cost a hot
 * path nothing and always tell the present state.
 */
export interface WaitSubject {
  /** The waiting party, under the name its peers know it by: an actor, a cell, a provider, a client. */
  readonly who: string;
  /** What it waits for, in a few words: `mates for event coin`, `item of key s1__echo__pro2req`. */
  readonly what: string;
  /** The parties that could end the wait, as far as they are known; empty when nobody is known. */
  readonly whom: readonly string[];
  /** Whether one of `whom` is enough (`any`, the default) or every one of them must act (`all`). */
  readonly mode?: 'any' | 'all';
  /** More facts for whoever looks. Must survive JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** How a wait ended. */
export type WaitOutcome = 'done' | 'timeout' | 'cancelled' | 'failed';

/** One open or ended wait. Owned by whoever opened it, who must close it in every case. */
export interface Wait {
  readonly subject: WaitSubject;
  /** When it began, in milliseconds of the table's clock. */
  readonly since: number;
  /** When it gives up, in milliseconds of the table's clock; `Infinity` when it never does. */
  readonly until: number;
  /** `undefined` while the wait is open. */
  readonly outcome: WaitOutcome | undefined;
  /** Ends the wait; `false` when it had ended before (the first outcome stands). */
  close(outcome: WaitOutcome): boolean;
}

/** A wait as `GET /waits` shows it. */
export interface WaitView {
  /** The system the wait belongs to: `netsync`, `fxp`, ... */
  readonly system: string;
  readonly who: string;
  readonly what: string;
  readonly whom: readonly string[];
  readonly mode: 'any' | 'all';
  /** Beginning, ISO 8601 in UTC. */
  readonly since: string;
  readonly waitedMs: number;
  /** Deadline, ISO 8601 in UTC; `null` when there is none. */
  readonly until: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface WaitTableOptions {
  /** The system whose waits these are; shown with each. */
  readonly system: string;
  readonly clock: Clock;
  /** Most waits open at once (1,000,000 unless told). */
  readonly max?: number;
}

export interface WaitListOptions {
  /** Most waits to return (1,000 unless told). */
  readonly limit?: number;
}

/** How many waits are open, and how many ended in which way since the table was made. */
export interface WaitCounts extends Readonly<Record<WaitOutcome, number>> {
  readonly open: number;
}

/**
 * All open waits of one system. Opening and closing take constant time and one small object each; nothing is formatted
 * until somebody asks for the list.
 */
export class WaitTable {
  readonly system: string;
  readonly max: number;
  readonly #clock: Clock;
  readonly #wallTime: WallTime;
  readonly #ring = new LinkedWait();
  readonly #closed: Record<WaitOutcome, number> = { done: 0, timeout: 0, cancelled: 0, failed: 0 };
  #open = 0;

  constructor({ system, clock, max = 1_000_000 }: WaitTableOptions) {
    this.system = system;
    this.max = max;
    this.#clock = clock;
    this.#wallTime = new WallTime(clock);
  }

  /**
   * Opens a wait that begins now and gives up at `until` (milliseconds of the table's clock).
   * Throws {@link LimitError} when `max` waits are open.
   */
  open(subject: WaitSubject, until = Infinity): Wait {
    if (this.#open >= this.max) throw new LimitError('waits', this.max, 'open at once', { system: this.system });
    this.#open++;
    return new LinkedWait(this.#ring, subject, this.#clock.now(), until, this.#onClose);
  }

  get openCount(): number {
    return this.#open;
  }

  counts(): WaitCounts {
    return { open: this.#open, ...this.#closed };
  }

  /** Open waits, the oldest first. */
  list({ limit = 1000 }: WaitListOptions = {}): WaitView[] {
    const views: WaitView[] = [];
    const now = this.#clock.now();
    const wallOffset = this.#wallTime.offset;
    const iso = (at: number): string => new Date(wallOffset + at).toISOString();
    for (let wait = this.#ring.next; wait !== this.#ring && views.length < limit; wait = wait.next) {
      const { who, what, whom, mode = 'any', details } = wait.subject;
      views.push({
        system: this.system,
        who,
        what,
        whom,
        mode,
        since: iso(wait.since),
        waitedMs: Math.round(now - wait.since),
        // A deadline that no date can tell is none to anybody; it must not hide the other waits.
        until: wallOffset + wait.until > dateMsMax ? null : iso(wait.until),
        ...(details && { details }),
      });
    }
    return views;
  }

  readonly #onClose = (outcome: WaitOutcome): void => {
    this.#open--;
    this.#closed[outcome]++;
  };
}

/** The last moment a `Date` can hold, in the year 275760. */
const dateMsMax = 8.64e15;

const nobody: WaitSubject = { who: '', what: '', whom: [] };

/** A wait is its own link in the table's ring, so that closing one needs no search. The ring's anchor is a link too. */
class LinkedWait implements Wait {
  outcome: WaitOutcome | undefined = undefined;
  next: LinkedWait;
  prev: LinkedWait;

  constructor(
    ring?: LinkedWait,
    readonly subject: WaitSubject = nobody,
    readonly since = 0,
    readonly until = Infinity,
    readonly onClose?: (outcome: WaitOutcome) => void,
  ) {
    this.next = ring ?? this;
    this.prev = ring?.prev ?? this;
    this.prev.next = this;
    this.next.prev = this;
  }

  close(outcome: WaitOutcome): boolean {
    if (this.outcome !== undefined) return false;
    this.outcome = outcome;
    this.prev.next = this.next;
    this.next.prev = this.prev;
    // An ended wait may be held for long; it must not keep its neighbours alive.
    this.next = this.prev = this;
    this.onClose?.(outcome);
    return true;
  }
}
