import { AbortedError, backoffMs, ClosedError, LimitError, pause, SyncytiumError, type Clock } from '@syncytium/kit';
import type { Redis } from 'ioredis';
import { blockTimeoutMs, checkNotEmpty } from '../broker-arguments.js';
import type { BlockOptions, BrokerConnection, ListEnd, Popped } from '../broker.js';
import { AnswerWatch, type ExpectedAnswer } from './answer-watch.js';
import type { Argument } from './argument.js';
import { RedisCommands } from './redis-commands.js';
import { sendCommand } from './send-command.js';
import { replyCode } from './redis-errors.js';
import { arrayReply, bytesReply, optionalBytesReply } from './replies.js';

/** Most commands of a connection without an answer. */
const underWayMax = 10_000;
/** A pop may not have begun to wait when it is first told to stop: it is told again after these times. */
const interruptDelays = { delayMsMin: 1, delayMsMax: 100 };
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

/** A pop that its caller waits for. */
interface Pop {
  readonly command: string;
  /** All but the time to wait. */
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** When its time has passed. */
  readonly until: number;
  /** Why it is to be ended; `undefined` while it may go on. */
  stop: SyncytiumError | undefined;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
  onSettled: (() => void) | undefined;
}

/** A command without an answer, and the pop that its answer is for. */
interface SentPop {
  pop: Pop;
  readonly expected: ExpectedAnswer;
  /** Redis has ended a wait of this line since this command is the first one. */
  isUnblocked: boolean;
}

/**
 * One client's own line to a Redis. A pop that waits is ended by `CLIENT UNBLOCK` over another line, never by closing
 * its own: a value that Redis takes for it in that moment still arrives.
 */
export class RedisConnection extends RedisCommands implements BrokerConnection {
  readonly #options: RedisConnectionOptions;
  /** In the order Redis executes them. Only the first can be waiting there. */
  readonly #pops: SentPop[] = [];
  /** Commands without an answer. */
  #underWay = 0;
  #onIdle = (): void => undefined;
  readonly #watch: AnswerWatch;
  #isOverdue = false;
  #isInterrupting = false;
  #isCorked = false;
  #closing: Promise<void> | undefined;

  constructor(options: RedisConnectionOptions) {
    super();
    this.#options = options;
    const { clock, client, answerTimeoutMs: graceMs } = options;
    this.#watch = new AnswerWatch({ clock, graceMs, onOverdue: () => this.#cut() });
    client.once('end', () => this.#watch.stop());
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

  /** Public for a cluster's lines, which are of this kind. */
  async call(command: string, args: readonly Argument[]): Promise<unknown> {
    return this.#send(command, args, 0).answer;
  }

  async #close(): Promise<void> {
    const closed = this.#closedError();
    for (const { pop } of this.#pops) pop.stop ??= closed;
    this.#interrupt();
    if (this.#underWay > 0) await this.#untilIdle(closeTimeoutMs);
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

  #pop(command: string, args: readonly string[], options: BlockOptions): Promise<unknown> {
    const timeoutMs = blockTimeoutMs(options);
    const { signal } = options;
    if (signal?.aborted) throw new AbortedError('pop', signal.reason);
    const until = this.#options.clock.now() + timeoutMs;
    return new Promise((resolve, reject) => {
      const pop: Pop = { command, args, timeoutMs, until, stop: undefined, resolve, reject, onSettled: undefined };
      this.#sendPop(pop, timeoutMs);
      if (!signal) return;
      const onAbort = (): void => {
        pop.stop ??= new AbortedError('pop', signal.reason);
        this.#interrupt();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      pop.onSettled = () => signal.removeEventListener('abort', onAbort);
    });
  }

  #sendPop(pop: Pop, waitMs: number): void {
    const { answer, expected } = this.#send(pop.command, [...pop.args, seconds(waitMs)], waitMs);
    const sent: SentPop = { pop, expected, isUnblocked: false };
    this.#pops.push(sent);
    answer.then(
      (reply) => {
        this.#remove(sent);
        settle(sent.pop, reply);
        this.#interrupt();
      },
      (error: unknown) => {
        this.#remove(sent);
        const isInterrupted = error instanceof SyncytiumError && replyCode(error.cause) === 'UNBLOCKED';
        if (isInterrupted) this.#goOn(sent.pop);
        else settle(sent.pop, undefined, error);
        this.#interrupt();
      },
    );
  }

  #remove(sent: SentPop): void {
    this.#pops.splice(this.#pops.indexOf(sent), 1);
  }

  /**
   * The wait of a command was ended. That may have been meant for the one before it, whose value was on its way: then
   * the pop takes the place of the next one like it, that one of the next, so that they are served in their order, and
   * the last one is sent again.
   */
  #goOn(ended: Pop): void {
    let pop = ended;
    if (!pop.stop) {
      for (const sent of this.#pops) if (isLike(sent.pop, pop)) [pop, sent.pop] = [sent.pop, pop];
    }
    const leftMs = pop.until - this.#options.clock.now();
    try {
      if (pop.stop) throw pop.stop;
      if (leftMs <= 0) settle(pop, null);
      else this.#sendPop(pop, leftMs);
    } catch (error) {
      settle(pop, undefined, error);
    }
  }

  /** Ends the first pop's wait if it is to be ended; the others' when they come first. */
  #interrupt(): void {
    const [first] = this.#pops;
    if (this.#isInterrupting || !first?.pop.stop || first.isUnblocked) return;
    this.#isInterrupting = true;
    void this.#interruptFirst(first).finally(() => {
      this.#isInterrupting = false;
      this.#interrupt();
    });
  }

  async #interruptFirst(first: SentPop): Promise<void> {
    this.#watch.hurry(first.expected);
    for (let attempts = 1; this.#pops[0] === first; attempts++) {
      // That the shared line is lost must not end this: it comes back, or the pop's own line is lost too.
      first.isUnblocked = await this.#options.unblock(this.#options.clientId).catch(() => false);
      if (first.isUnblocked || this.#pops[0] !== first) return;
      await pause(this.#options.clock, backoffMs(attempts, interruptDelays));
    }
  }

  /** Sends a command now; a pop may wait `waitMs` for its answer. */
  #send(
    command: string,
    args: readonly Argument[],
    waitMs: number,
  ): { readonly answer: Promise<unknown>; readonly expected: ExpectedAnswer } {
    if (this.#closing) throw this.#closedError();
    if (this.#underWay >= underWayMax)
      throw new LimitError('commands of a connection without an answer', underWayMax, 'commands');
    this.#cork();
    const expected = this.#watch.expect(waitMs);
    this.#underWay++;
    const answer = sendCommand(this.#options.client, command, args).then(
      (reply) => {
        this.#answered(expected);
        return reply;
      },
      (error: unknown) => {
        this.#answered(expected);
        throw this.#errorOf(error);
      },
    );
    return { answer, expected };
  }

  #answered(expected: ExpectedAnswer): void {
    this.#watch.answered(expected);
    if (--this.#underWay === 0) this.#onIdle();
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

  /** Until nothing is without an answer, for so long at most. */
  #untilIdle(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(timeoutMs, resolve);
      this.#onIdle = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #closedError(): ClosedError {
    return new ClosedError('connection', { driver: 'redis' });
  }
}

/** Gives a pop its answer, or its error where there is no answer. */
function settle(pop: Pop, reply: unknown, error?: unknown): void {
  pop.onSettled?.();
  if (reply === undefined) pop.reject(error);
  else pop.resolve(reply);
}

/** Whether one pop may take the place of the other. */
function isLike(one: Pop, other: Pop): boolean {
  return (
    one.command === other.command &&
    one.timeoutMs === other.timeoutMs &&
    one.args.length === other.args.length &&
    one.args.every((arg, i) => arg === other.args[i])
  );
}

/** Redis counts in seconds, and 0 is for ever. */
function seconds(timeoutMs: number): string {
  return timeoutMs === Infinity ? '0' : `${Math.max(Math.ceil(timeoutMs), 1) / 1000}`;
}
