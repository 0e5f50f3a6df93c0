import { setMaxListeners } from 'node:events';
import { AbortedError, InvalidArgumentError, throwIfAborted } from '@syncytium/kit';
import type { OutgoingItem, SessionCarrier, WaitOptions } from './session-carrier.js';

/** Most inputs that can be on their way at once. */
const windowMax = 10_000;
const windowDefault = 64;

/** Inputs of a stream, as they come. */
export type StreamInputs<T> = Iterable<T> | AsyncIterable<T>;

export interface StreamOptions extends WaitOptions {
  /** How many inputs may be without an answer, from 1 to 10,000 (64 unless told). */
  readonly window?: number;
}

/** The answer to an input; what it failed with is kept until somebody comes for it. */
interface Answer {
  readonly bytes: Promise<Uint8Array>;
}

/**
 * Answers in the order of their inputs, of which several are on their way at once. The next input is asked for when there
 * is room for it. Whatever ends the stream, a failure of the inputs, of an answer, an abort, or a consumer that stops, the
 * inputs are told to stop and nothing is left waiting.
 */
export async function* streamAnswers<T>(
  carrier: SessionCarrier,
  inputs: StreamInputs<T>,
  outgoing: (input: T) => OutgoingItem,
  options: StreamOptions,
): AsyncGenerator<Uint8Array, void> {
  const { window = windowDefault, signal } = options;
  if (!Number.isInteger(window) || window < 1 || window > windowMax)
    throw new InvalidArgumentError('window', `must be a whole number from 1 to ${windowMax}, got ${window}`);
  const timeoutMs = carrier.timeoutMsOf(options);
  throwIfAborted(signal, 'stream');
  const stop = new AbortController();
  // Every call listens.
  setMaxListeners(0, stop.signal);
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const feed = new Feed(carrier, inputs, outgoing, window, stop.signal);
  try {
    for (let answer = await feed.next(); answer; answer = await feed.next())
      yield await withinTime(carrier, timeoutMs, answer.bytes);
  } catch (error) {
    if (signal?.aborted) throw new AbortedError('stream', signal.reason);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
    await feed.stop();
  }
}

/** Says inputs as there is room for them, and has their answers in order. */
class Feed<T> {
  readonly #carrier: SessionCarrier;
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  readonly #outgoing: (input: T) => OutgoingItem;
  readonly #window: number;
  readonly #signal: AbortSignal;
  readonly #answers: Answer[] = [];
  #asking: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isDone = false;

  constructor(
    carrier: SessionCarrier,
    inputs: StreamInputs<T>,
    outgoing: (input: T) => OutgoingItem,
    window: number,
    signal: AbortSignal,
  ) {
    this.#carrier = carrier;
    this.#iterator = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    this.#outgoing = outgoing;
    this.#window = window;
    this.#signal = signal;
  }

  /** The next answer, which may still be to come; `undefined` when there are no more inputs. */
  async next(): Promise<Answer | undefined> {
    this.#fill();
    // Answers to inputs that were said come first, whatever has become of the inputs after them.
    while (this.#answers.length === 0 && this.#asking) await this.#asking;
    const answer = this.#answers.shift();
    if (answer) return answer;
    if (this.#failure) throw this.#failure.error;
    return undefined;
  }

  /** Asks for no more inputs. */
  async stop(): Promise<void> {
    const wasDone = this.#isDone;
    this.#isDone = true;
    // An iterator that is about to give an input would answer only after that.
    if (!wasDone && !this.#asking) await this.#iterator.return?.();
    else if (!wasDone) void this.#asking?.then(() => this.#iterator.return?.()).catch(() => undefined);
  }

  #fill(): void {
    while (!this.#isDone && !this.#asking && this.#answers.length < this.#window) {
      let next: IteratorResult<T> | Promise<IteratorResult<T>>;
      try {
        next = this.#iterator.next();
      } catch (error) {
        this.#fail(error);
        return;
      }
      if (!(next instanceof Promise)) this.#take(next);
      else
        this.#asking = next
          .then(
            (result) => {
              if (!this.#isDone) this.#take(result);
            },
            (error: unknown) => this.#fail(error),
          )
          .then(() => {
            this.#asking = undefined;
            this.#fill();
          });
    }
  }

  #take(result: IteratorResult<T>): void {
    if (result.done) {
      this.#isDone = true;
      return;
    }
    const bytes = this.#call(result.value);
    bytes.catch(() => undefined);
    this.#answers.push({ bytes });
  }

  /** What cannot be said fails as an answer, in its turn. */
  async #call(input: T): Promise<Uint8Array> {
    return this.#carrier.call(this.#outgoing(input), { timeout: 0, signal: this.#signal, isOneOfMany: true });
  }

  #fail(error: unknown): void {
    this.#isDone = true;
    this.#failure = { error };
  }
}

/** The answer that is next in order has so much time, from when it became the next. */
function withinTime(carrier: SessionCarrier, timeoutMs: number, answer: Promise<Uint8Array>): Promise<Uint8Array> {
  if (timeoutMs === 0) return answer;
  return new Promise((resolve, reject) => {
    const timer = carrier.setTimer(timeoutMs, () => void carrier.timeoutError(timeoutMs).then(reject));
    answer.then(resolve, reject).finally(() => timer.cancel());
  });
}
