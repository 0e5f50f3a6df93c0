import { AbortedError, ClosedError, LimitError, SyncytiumError, type Clock } from '@syncytium/kit';
import type { Redis } from 'ioredis';
import { blockTimeoutMs, checkNotEmpty, valueBytes } from '../broker-arguments.js';
import type { BlockOptions, BrokerConnection, BrokerValue, ListEnd, Popped } from '../broker.js';
import { AnswerWatch, type ExpectedAnswer } from './answer-watch.js';
import { replyCode } from './redis-errors.js';
import { arrayReply, bytesReply, integerReply, optionalBytesReply } from './replies.js';

/** Most commands of a connection without an answer. */
const underWayMax = 10_000;
/** A pop may not have begun to wait when it is first told to stop: it is told again after these times. */
const interruptDelayMsMin = 1;
const interruptDelayMsMax = 100;
/** Longest time a close waits for answers that are under way. */
const closeTimeoutMs = 1000;

export interface RedisConnectionOptions {
  readonly client: Redis;
  /** The number Redis knows the client by. */
  readonly clientId: number;
  readonly clock: Clock;
  /** Longest time for an answer in milliseconds, beside what a pop may wait; then the line is taken for lost. */
  readonly answerTimeoutMs: number;
  /** Tells Redis to end the wait of a client with an error; resolves with whether it waited. */
  readonly unblock: (clientId: number) => Promise<boolean>;
  /** An error of the client as this driver throws it. */
  readonly error: (error: unknown) => SyncytiumError;
  readonly onClose: () => void;
}

/** A pop without an answer. */
interface PendingPop {
  /** Why it is to be ended; `undefined` while it may go on. */
  stop: SyncytiumError | undefined;
  /** Its command; there is one whenever it is in the list of pops. */
  expected: ExpectedAnswer | undefined;
}

/**
 * One client's own line to a Redis. A pop that waits is ended by `CLIENT UNBLOCK` over another line, never by closing
 * its own: a value that Redis takes for it in that moment still arrives.
 */
export class RedisConnection implements BrokerConnection {
  readonly #options: RedisConnectionOptions;
  /** In the order Redis executes them. Only the first can be waiting there. */
  readonly #pops: PendingPop[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #watch: AnswerWatch;
  #isOverdue = false;
  #isInterrupting = false;
  #isCorked = false;
  #closing: Promise<void> | undefined;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
    const { clock, client, answerTimeoutMs: graceMs } = options;
    this.#watch = new AnswerWatch({ clock, graceMs, onOverdue: () => this.#cut() });
    client.once('end', () => this.#watch.stop());
  }

  async lpush(key: string, ...values: BrokerValue[]): Promise<number> {
    checkNotEmpty(values, 'values');
    return integerReply(await this.#call('LPUSH', [key, ...values.map(argument)]));
  }

  async brpop(keys: string | readonly string[], options: BlockOptions = {}): Promise<Popped | undefined> {
    const list = typeof keys === 'string' ? [keys] : keys;
    checkNotEmpty(list, 'keys');
    const reply = await this.#pop('BRPOP', list, options);
    if (reply === null) return undefined;
    const [key, value] = arrayReply(reply);
    return { key: bytesReply(key).toString(), value: bytesReply(value) };
  }

  async blmove(
    source: string,
    destination: string,
    from: ListEnd,
    to: ListEnd,
    options: BlockOptions = {},
  ): Promise<Uint8Array | undefined> {
    return optionalBytesReply(await this.#pop('BLMOVE', [source, destination, from, to], options));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = this.#closedError();
    for (const pop of this.#pops) pop.stop ??= closed;
    this.#interrupt();
    const overdue = this.#sleep(closeTimeoutMs);
    await Promise.race([Promise.allSettled(this.#underWay), overdue.done]);
    overdue.cancel();
    this.#watch.stop();
    this.#hangUp();
    this.#options.onClose();
  }

  #cut(): void {
    this.#isOverdue = true;
    this.#hangUp();
  }

  /** The client library would wait for a peer that may be gone to hang up, too. */
  #hangUp(): void {
    const { client } = this.#options;
    client.disconnect();
    client.stream.destroy();
  }

  /** Sends a pop, again if need be, until it has an answer or is to be ended. */
  async #pop(command: string, args: readonly string[], options: BlockOptions): Promise<unknown> {
    const timeoutMs = blockTimeoutMs(options);
    const { signal } = options;
    if (signal?.aborted) throw new AbortedError('pop', signal.reason);
    const { clock } = this.#options;
    const until = clock.now() + timeoutMs;
    const pop: PendingPop = { stop: undefined, expected: undefined };
    const onAbort = (): void => {
      pop.stop ??= new AbortedError('pop', signal?.reason);
      this.#interrupt();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        const leftMs = until - clock.now();
        const reply = await this.#sendPop(pop, command, [...args, seconds(leftMs)], leftMs);
        if (reply !== interrupted) return reply;
        if (pop.stop) throw pop.stop;
        // It was meant for another pop of this connection, which had just been answered.
        if (leftMs <= 0) return null;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #sendPop(pop: PendingPop, command: string, args: readonly string[], timeoutMs: number): Promise<unknown> {
    this.#pops.push(pop);
    try {
      return await this.#call(command, args, Math.max(timeoutMs, 0), pop);
    } catch (error) {
      if (error instanceof SyncytiumError && replyCode(error.cause) === 'UNBLOCKED') return interrupted;
      throw error;
    } finally {
      this.#pops.splice(this.#pops.indexOf(pop), 1);
      this.#interrupt();
    }
  }

  /** Ends the first pop's wait if it is to be ended; the others' when they come first. */
  #interrupt(): void {
    if (this.#isInterrupting || !this.#pops[0]?.stop) return;
    this.#isInterrupting = true;
    void this.#interruptFirst(this.#pops[0]).finally(() => {
      this.#isInterrupting = false;
      this.#interrupt();
    });
  }

  async #interruptFirst(pop: PendingPop): Promise<void> {
    if (pop.expected) this.#watch.hurry(pop.expected);
    for (
      let delayMs = interruptDelayMsMin;
      this.#pops[0] === pop;
      delayMs = Math.min(delayMs * 2, interruptDelayMsMax)
    ) {
      // That the shared line is lost must not end this: it comes back, or the pop's own line is lost too.
      await this.#options.unblock(this.#options.clientId).catch(() => false);
      if (this.#pops[0] !== pop) return;
      await this.#sleep(delayMs).done;
    }
  }

  #call(command: string, args: readonly (string | Buffer)[], waitMs = 0, pop?: PendingPop): Promise<unknown> {
    if (this.#closing) return Promise.reject(this.#closedError());
    if (this.#underWay.size >= underWayMax)
      return Promise.reject(new LimitError('commands of a connection without an answer', underWayMax, 'commands'));
    this.#cork();
    const expected = this.#watch.expect(waitMs);
    if (pop) pop.expected = expected;
    const answer = this.#options.client.callBuffer(command, [...args]).catch((error: unknown) => {
      throw this.#errorOf(error);
    });
    this.#underWay.add(answer);
    const forget = (): void => {
      this.#underWay.delete(answer);
      this.#watch.answered(expected);
    };
    answer.then(forget, forget);
    return answer;
  }

  #errorOf(error: unknown): SyncytiumError {
    if (replyCode(error) !== undefined) return this.#options.error(error);
    if (this.#closing) return this.#closedError();
    return this.#options.error(this.#isOverdue ? new Error('Command timed out') : error);
  }

  /** Commands of one turn travel in one packet. */
  #cork(): void {
    const { stream } = this.#options.client;
    if (this.#isCorked) return;
    this.#isCorked = true;
    stream.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      stream.uncork();
    });
  }

  #sleep(ms: number): { readonly done: Promise<void>; cancel(): void } {
    let cancel = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimer(ms, resolve);
      cancel = () => timer.cancel();
    });
    return { done, cancel };
  }

  #closedError(): ClosedError {
    return new ClosedError('connection', { driver: 'redis' });
  }
}

/** A pop was told to end by `CLIENT UNBLOCK`. */
const interrupted = Symbol('interrupted');

/** A value as the client library takes it: it sends buffers as they are. */
export function argument(value: BrokerValue): string | Buffer {
  const bytes = valueBytes(value);
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Redis counts in seconds, and 0 is for ever. */
function seconds(timeoutMs: number): string {
  return timeoutMs === Infinity ? '0' : `${Math.max(Math.ceil(timeoutMs), 1) / 1000}`;
}
