import { AbortedError, BoundedQueue, ClosedError, LimitError, type Timer } from '@syncytium/kit';
import { blockTimeoutMs, checkNotEmpty } from '../broker-arguments.js';
import type { BlockOptions, BrokerConnection, ListEnd, Popped } from '../broker.js';
import type { BlockedPop } from '../keyspace/blocked-pops.js';
import { byteKeyOf, textOf, type ByteKey } from '../keyspace/byte-key.js';
import { copyOf } from '../keyspace/memory-use.js';
import type { MemoryBroker } from './memory-broker.js';
import { MemoryCommands, type StoreCommand } from './memory-commands.js';

/** Most commands waiting behind a blocked pop of their connection. */
const pendingMax = 10_000;

/** A command of a connection: executed when everything before it has an answer. */
interface Command {
  /** Whether it answered at once, so that the next one can be executed. */
  execute(): boolean;
  fail(error: unknown): void;
}

/** One client's line to a {@link MemoryBroker}. A command that waits holds up the ones behind it, as on a real line. */
export class MemoryConnection extends MemoryCommands implements BrokerConnection {
  readonly #broker: MemoryBroker;
  readonly #onClose: () => void;
  readonly #pending = new BoundedQueue<Command>(pendingMax);
  #waiting: WaitingPop | undefined;
  #isClosed = false;

  constructor(broker: MemoryBroker, onClose: () => void) {
    super();
    this.#broker = broker;
    this.#onClose = onClose;
  }

  brpop(keys: string | readonly string[], options: BlockOptions = {}): Promise<Popped | undefined> {
    const list = typeof keys === 'string' ? [keys] : keys;
    return this.#pop(list, 'right', undefined, options, (value, key) => ({ key: textOf(key), value }));
  }

  blmove(
    source: string,
    destination: string,
    from: ListEnd,
    to: ListEnd,
    options: BlockOptions = {},
  ): Promise<Uint8Array | undefined> {
    const into = { key: byteKeyOf(destination), end: to };
    return this.#pop([source], from, into, options, (value) => copyOf(value));
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#onClose();
    const error = new ClosedError('connection', { driver: this.#broker.driver });
    this.#waiting?.end(error);
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) next.fail(error);
    return Promise.resolve();
  }

  protected submit<T>(prepare: () => StoreCommand<T>): Promise<T> {
    return this.#submit((resolve) => {
      const command = prepare();
      return () => {
        resolve(this.#broker.execute(command));
        return true;
      };
    });
  }

  #pop<T>(
    texts: readonly string[],
    from: ListEnd,
    into: BlockedPop['into'],
    options: BlockOptions,
    answer: (value: Uint8Array, key: ByteKey) => T,
  ): Promise<T | undefined> {
    return this.#submit<T | undefined>((resolve, reject) => {
      checkNotEmpty(texts, 'keys');
      const keys = texts.map(byteKeyOf);
      const timeoutMs = blockTimeoutMs(options);
      const { signal } = options;
      return () => {
        if (signal?.aborted) throw new AbortedError('pop', signal.reason);
        const found = this.#popNow(keys, from, into);
        if (found) {
          resolve(answer(found.value, found.key));
          return true;
        }
        this.#waiting = new WaitingPop(this.#broker, { keys, from, ...(into && { into }) }, timeoutMs, signal, {
          value: (value, key) => resolve(answer(value, key)),
          timeout: () => resolve(undefined),
          error: reject,
          done: () => this.#resume(),
        });
        return false;
      };
    });
  }

  #popNow(keys: readonly ByteKey[], from: ListEnd, into: BlockedPop['into']) {
    return this.#broker.execute(({ keyspace }) => {
      for (const key of keys) {
        const value = into ? keyspace.move(key, into.key, from, into.end) : keyspace.pop(key, from);
        if (value) return { key, value };
      }
      return undefined;
    });
  }

  /** Checks a command's arguments at once, and executes it now or behind the one that waits. */
  #submit<T>(prepare: (resolve: (answer: T) => void, reject: (error: unknown) => void) => () => boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new ClosedError('connection', { driver: this.#broker.driver });
      const run = prepare(resolve, reject);
      const fail: (error: unknown) => void = reject;
      const execute = (): boolean => {
        try {
          return run();
        } catch (error) {
          fail(error);
          return true;
        }
      };
      if (!this.#waiting && this.#pending.size === 0) execute();
      else if (!this.#pending.push({ execute, fail }))
        throw new LimitError('commands behind a waiting pop', pendingMax, 'commands');
    });
  }

  /** Not at once: whoever served the pop is in the middle of its own command. */
  #resume(): void {
    queueMicrotask(() => {
      this.#waiting = undefined;
      for (let next = this.#pending.shift(); next; next = this.#pending.shift()) if (!next.execute()) return;
    });
  }
}

interface PopOutcomes {
  value(value: Uint8Array, key: ByteKey): void;
  timeout(): void;
  error(error: unknown): void;
  /** After any of the others. */
  done(): void;
}

/** A pop that waits, until it is served, times out, is aborted or ended. */
class WaitingPop implements BlockedPop {
  readonly keys: readonly ByteKey[];
  readonly from: ListEnd;
  readonly into?: NonNullable<BlockedPop['into']>;
  readonly #broker: MemoryBroker;
  readonly #signal: AbortSignal | undefined;
  readonly #outcomes: PopOutcomes;
  readonly #timer: Timer | undefined;

  constructor(
    broker: MemoryBroker,
    { keys, from, into }: Pick<BlockedPop, 'keys' | 'from' | 'into'>,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    outcomes: PopOutcomes,
  ) {
    this.keys = keys;
    this.from = from;
    if (into) this.into = into;
    this.#broker = broker;
    this.#signal = signal;
    this.#outcomes = outcomes;
    if (timeoutMs !== Infinity) this.#timer = broker.clock.setTimer(timeoutMs, () => this.#onTimeout());
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    broker.execute(({ blocked }) => blocked.block(this));
  }

  onValue(value: Uint8Array, key: ByteKey): void {
    this.#settle(() => this.#outcomes.value(value, key));
  }

  onError(error: unknown): void {
    this.#settle(() => this.#outcomes.error(error));
  }

  /** Ends the wait with an error. */
  end(error: unknown): void {
    if (this.#unblock()) this.onError(error);
  }

  #onTimeout(): void {
    if (this.#unblock()) this.#settle(() => this.#outcomes.timeout());
  }

  readonly #onAbort = (): void => this.end(new AbortedError('pop', this.#signal?.reason));

  #unblock(): boolean {
    return this.#broker.execute(({ blocked }) => blocked.unblock(this));
  }

  #settle(tell: () => void): void {
    this.#timer?.cancel();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    tell();
    this.#outcomes.done();
  }
}
