/** A client's line as its server deals with it after commands were executed. */
export interface TurnLine {
  /** Executes what the client sent behind a command that waited. */
  resume(): void;
  /** Sends everything there is, which may be nothing. */
  flush(): void;
}

/**
 * What is left to do when commands were executed, in Redis's order: first clients that waited and were served go on with
 * what they sent behind that, then everybody is sent what there is for them. Not later than that: whoever waits for a
 * value waits for the write that brings it.
 */
export class TurnQueue {
  /** Calls back once this turn of the event loop has done what it has to do. */
  readonly #atEndOfTurn: (fire: () => void) => void;
  #served: TurnLine[] = [];
  #written: TurnLine[] = [];
  /** Whether the queues are going to be emptied. */
  #isScheduled = false;

  constructor(atEndOfTurn: (fire: () => void) => void) {
    this.#atEndOfTurn = atEndOfTurn;
  }

  /** Does something with what was received, and then what is left to do because of it, for whomever. */
  receive<T>(received: T, work: (received: T) => void): void {
    this.#isScheduled = true;
    try {
      work(received);
    } finally {
      this.#empty();
    }
  }

  /** The line's client waits no more. */
  addServed(line: TurnLine): void {
    this.#served.push(line);
    this.#schedule();
  }

  /** There is something to send. */
  addWritten(line: TurnLine): void {
    this.#written.push(line);
    this.#schedule();
  }

  /** What nobody received caused, such as a time that has passed, has the end of the turn to wait for. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#atEndOfTurn(() => this.#empty());
  }

  #empty(): void {
    while (this.#served.length > 0) {
      const served = this.#served;
      this.#served = [];
      // One that goes on may serve others.
      for (const line of served) line.resume();
    }
    this.#isScheduled = false;
    if (this.#written.length === 0) return;
    const written = this.#written;
    this.#written = [];
    for (const line of written) line.flush();
  }
}
