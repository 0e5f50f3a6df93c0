import type { Clock, Timer } from '@syncytium/kit';

/** Beyond so many different times, one that nobody waits for is given up at once. */
const idleLanesMax = 16;

/** What is due when its time is over, unless it is cancelled before. */
export class Deadline {
  next: Deadline = this;
  prev: Deadline = this;

  constructor(
    readonly until: number,
    readonly onDue: (() => void) | undefined,
    readonly lane: Lane | undefined,
  ) {}
}

/** Deadlines that were set for the same time ahead: the first that was set is the first that is due. */
interface Lane {
  readonly timeoutMs: number;
  /** The link between the last and the first. */
  readonly ends: Deadline;
  timer: Timer | undefined;
}

/**
 * Many deadlines, most of which are cancelled long before their time, on few timers: one for each different time ahead.
 * To set and to cancel one takes constant time and touches no timer.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lanes = new Map<number, Lane>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `onDue` in so many milliseconds. */
  set(timeoutMs: number, onDue: () => void): Deadline {
    const lane = this.#lanes.get(timeoutMs) ?? this.#newLane(timeoutMs);
    const deadline = new Deadline(this.#clock.now() + timeoutMs, onDue, lane);
    deadline.next = lane.ends;
    deadline.prev = lane.ends.prev;
    deadline.prev.next = deadline.next.prev = deadline;
    return deadline;
  }

  /** Again, or after its time, does nothing. */
  cancel(deadline: Deadline): void {
    const { lane } = deadline;
    unlink(deadline);
    if (lane && lane.ends.next === lane.ends && this.#lanes.size > idleLanesMax) this.#drop(lane);
  }

  /** Nothing is due any more. */
  close(): void {
    for (const lane of this.#lanes.values()) this.#drop(lane);
  }

  #newLane(timeoutMs: number): Lane {
    const lane: Lane = { timeoutMs, ends: new Deadline(Infinity, undefined, undefined), timer: undefined };
    this.#lanes.set(timeoutMs, lane);
    lane.timer = this.#clock.setTimer(timeoutMs, () => this.#onTimer(lane));
    return lane;
  }

  #drop(lane: Lane): void {
    lane.timer?.cancel();
    if (this.#lanes.get(lane.timeoutMs) === lane) this.#lanes.delete(lane.timeoutMs);
  }

  #onTimer(lane: Lane): void {
    const now = this.#clock.now();
    let first = lane.ends.next;
    for (; first.until <= now; first = lane.ends.next) {
      unlink(first);
      first.onDue?.();
    }
    if (first === lane.ends) this.#drop(lane);
    else lane.timer = this.#clock.setTimer(first.until - now, () => this.#onTimer(lane));
  }
}

function unlink(deadline: Deadline): void {
  deadline.prev.next = deadline.next;
  deadline.next.prev = deadline.prev;
  deadline.next = deadline.prev = deadline;
}
