/** What a run may come to that puts a promise to the test; where it never does, an invariant that holds proves nothing. */
export type Exercise =
  /** Promises 1 and 2: a task was given again; an answer was repeated, not worked out again; an event got another owner. */
  | 'redelivered'
  | 'answer repeated'
  | 'taken over'
  /** Several requests or answers of another transmitter came in one entry; of some, not all were news. */
  | 'told together'
  | 'partly known'
  /** Promise 3: a service gave up. */
  | 'dead letter'
  /** Promise 4: a listener came back and asked for what it missed. */
  | 'listener back'
  /** Promise 5: a cell had as much as it takes; a sender was told `busy`; a listener was told of a loss. */
  | 'cell full'
  | 'refused'
  | 'loss told'
  /** Promise 6: a cell went to another transmitter; an event was sent again on a new line. */
  | 'moved'
  | 'sent again'
  /** Cells had tasks in hand when the network parted; when they were stopped. */
  | 'parted at work'
  | 'stopped at work';

/** How often runs came to what. */
export class Exercises {
  readonly #counts = new Map<Exercise, number>();

  note(what: Exercise, times = 1): void {
    this.#counts.set(what, this.of(what) + times);
  }

  of(what: Exercise): number {
    return this.#counts.get(what) ?? 0;
  }

  get all() {
    return Object.fromEntries(this.#counts);
  }

  addAll(other: Exercises): void {
    for (const [what, times] of other.#counts) this.note(what, times);
  }
}
