import { timerDelayMsMax, type Clock, type Timer } from './clock.js';

/** Beyond so many different times ahead, one that nothing is due in is given up at once. */
const idleLanesMax = 16;

/** Something that is given up when its time is over. What it is among others belongs to {@link Deadlines}. */
export abstract class Deadline {
  /** When it is over, in milliseconds of the clock. */
  dueAt = Infinity;
  next: Deadline = this;
  prev: Deadline = this;
  lane: DeadlineLane | undefined;

  /** Called when its time is over; it may add and delete others, and itself again. */
  abstract timeOut(): void;
}

/** Deadlines that were added for the same time ahead: the first that was added is the first that is due. */
export interface DeadlineLane {
  readonly timeoutMs: number;
  /** The link between the last and the first. */
  readonly ends: Deadline;
  timer: Timer | undefined;
}

/**
 * Many deadlines, most of which are deleted long before their time, on few timers: one for each different time ahead. To
 * add and to delete one takes constant time and touches no timer, where a timer that is set and cancelled for each would be
 * a good part of what a short wait costs.
 *
 * @see docs/spec/waits.md#deadlines
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lanes = new Map<number, DeadlineLane>();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Calls {@link Deadline.timeOut} in `timeoutMs` milliseconds (any finite number) unless it is deleted before. */
  add(deadline: Deadline, timeoutMs: number): void {
    this.delete(deadline);
    const lane = this.#lanes.get(timeoutMs) ?? this.#newLane(timeoutMs);
    const { ends } = lane;
    deadline.dueAt = this.#clock.now() + timeoutMs;
    deadline.lane = lane;
    deadline.next = ends;
    deadline.prev = ends.prev;
    ends.prev.next = deadline;
    ends.prev = deadline;
    this.#size++;
  }

  /** Again, or after its time, does nothing. */
  delete(deadline: Deadline): void {
    const { lane } = deadline;
    if (!lane) return;
    this.#unlink(deadline);
    if (lane.ends.next === lane.ends && this.#lanes.size > idleLanesMax) this.#drop(lane);
  }

  /** Nothing is due any more. */
  close(): void {
    for (const lane of this.#lanes.values()) {
      while (lane.ends.next !== lane.ends) this.#unlink(lane.ends.next);
      this.#drop(lane);
    }
  }

  #unlink(deadline: Deadline): void {
    deadline.prev.next = deadline.next;
    deadline.next.prev = deadline.prev;
    deadline.next = deadline.prev = deadline;
    deadline.lane = undefined;
    this.#size--;
  }

  #newLane(timeoutMs: number): DeadlineLane {
    const lane: DeadlineLane = { timeoutMs, ends: new LaneEnds(), timer: undefined };
    this.#lanes.set(timeoutMs, lane);
    this.#setTimer(lane, timeoutMs);
    return lane;
  }

  #drop(lane: DeadlineLane): void {
    lane.timer?.cancel();
    if (this.#lanes.get(lane.timeoutMs) === lane) this.#lanes.delete(lane.timeoutMs);
  }

  /** What is further ahead than a timer takes is looked at again then. */
  #setTimer(lane: DeadlineLane, delayMs: number): void {
    lane.timer = this.#clock.setTimer(Math.min(delayMs, timerDelayMsMax), () => this.#onTimer(lane));
  }

  #onTimer(lane: DeadlineLane): void {
    const now = this.#clock.now();
    let first = lane.ends.next;
    for (; first.dueAt <= now; first = lane.ends.next) {
      this.#unlink(first);
      first.timeOut();
    }
    if (first === lane.ends) this.#drop(lane);
    else this.#setTimer(lane, first.dueAt - now);
  }
}

class LaneEnds extends Deadline {
  timeOut(): void {
    // It is never due.
  }
}
