import { AbortedError, Deadline, Deadlines, LimitError, type Clock } from '@syncytium/kit';

/** Most pops and calls that wait at once, with the answers that were given up and may still come. */
const takersMax = 10_000;

/** Somebody who waits for the next item. */
class Taker extends Deadline {
  isWaiting = true;
  release = nothing;

  constructor(
    /** Whether the next item is the answer to something it said: then it must not go to another. */
    readonly isCall: boolean,
    readonly resolve: (payload: Uint8Array | undefined) => void,
    readonly reject: (error: unknown) => void,
    readonly onTimeOut: (taker: Taker) => void,
  ) {
    super();
  }

  timeOut(): void {
    this.onTimeOut(this);
  }
}

/** A wait for the next item. */
export interface Taking {
  /** The item; `undefined` when the time has passed. Rejects with `AbortedError` or what the wait was failed with. */
  readonly payload: Promise<Uint8Array | undefined>;
  /** Nothing comes for this one: what it said was refused. */
  fail(error: unknown): void;
}

export interface TakeOptions {
  readonly isCall: boolean;
  /** Longest wait in milliseconds, 0 for ever. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Those who wait for the items of a session, in the order they came. */
export class Takers {
  readonly #deadlines: Deadlines;
  #takers: Taker[] = [];
  #waiting = 0;

  constructor(clock: Clock) {
    this.#deadlines = new Deadlines(clock);
  }

  /** How many wait for an item. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Waits for the next item, which {@link give} brings. Throws `AbortedError`, `LimitError`. */
  take({ isCall, timeoutMs, signal }: TakeOptions): Taking {
    if (signal?.aborted) throw new AbortedError(isCall ? 'call' : 'pop', signal.reason);
    if (this.#takers.length >= takersMax) throw new LimitError('unanswered calls of a session', takersMax, 'calls');
    let taken: Taker | undefined;
    const payload = new Promise<Uint8Array | undefined>((resolve, reject) => {
      const taker = new Taker(isCall, resolve, reject, this.#onTimeOut);
      if (timeoutMs > 0) this.#deadlines.add(taker, timeoutMs);
      if (signal) {
        const onAbort = (): void => {
          if (this.#giveUp(taker)) reject(new AbortedError(isCall ? 'call' : 'pop', signal.reason));
        };
        signal.addEventListener('abort', onAbort, { once: true });
        taker.release = () => signal.removeEventListener('abort', onAbort);
      }
      this.#takers.push(taker);
      this.#waiting++;
      taken = taker;
    });
    return {
      payload,
      fail: (error) => {
        if (!taken?.isWaiting) return;
        this.#settle(taken);
        this.#remove(taken);
        taken.reject(error);
      },
    };
  }

  /** Gives an item to whoever it is for; `false` when nobody is there. What answers a call that was given up is dropped. */
  give(payload: Uint8Array): 'taken' | 'dropped' | undefined {
    const taker = this.#takers.shift();
    if (!taker) return undefined;
    if (!taker.isWaiting) return 'dropped';
    this.#settle(taker);
    taker.resolve(payload);
    return 'taken';
  }

  /** The first of those who wait is told of an item that cannot be used; `false` when nobody is there. */
  refuse(error: unknown): boolean {
    const taker = this.#takers.shift();
    if (!taker) return false;
    if (taker.isWaiting) {
      this.#settle(taker);
      taker.reject(error);
    }
    return true;
  }

  /** Nothing comes any more. */
  failAll(error: unknown): void {
    this.#deadlines.close();
    const takers = this.#takers;
    this.#takers = [];
    for (const taker of takers) {
      if (!taker.isWaiting) continue;
      this.#settle(taker);
      taker.reject(error);
    }
  }

  #giveUp(taker: Taker): boolean {
    if (!taker.isWaiting) return false;
    this.#settle(taker);
    if (!taker.isCall) this.#remove(taker);
    return true;
  }

  readonly #onTimeOut = (taker: Taker): void => {
    if (this.#giveUp(taker)) taker.resolve(undefined);
  };

  #remove(taker: Taker): void {
    this.#takers.splice(this.#takers.indexOf(taker), 1);
  }

  #settle(taker: Taker): void {
    taker.isWaiting = false;
    this.#waiting--;
    this.#deadlines.delete(taker);
    taker.release();
  }
}

function nothing(): void {
  // A taker without a signal has nothing to release.
}
