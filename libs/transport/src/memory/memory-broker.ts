import { ClosedError, systemClock, type Clock, type Timer } from '@syncytium/kit';
import { checkInteger, checkNotEmpty, checkTtl, valueBytes } from '../broker-arguments.js';
import type { Broker, BrokerConnection, BrokerValue, ListEnd, SetOptions, Subscription } from '../broker.js';
import { byteKeyOf, textOf } from '../keyspace/byte-key.js';
import type { ChannelSubscriber } from '../keyspace/channels.js';
import { copyOf } from '../keyspace/memory-use.js';
import { Store } from '../keyspace/store.js';
import { MemoryConnection } from './memory-connection.js';

export interface MemoryBrokerOptions {
  readonly clock?: Clock;
  /** Most bytes that keys and values may take, overheads included (no maximum unless told). */
  readonly bytesMax?: number;
}

/** Expired keys are removed at most this often; readers never see one, however seldom that is. */
const expiryIntervalMs = 100;

/**
 * A broker inside the process. Values are copied when they come in, so that the caller may go on using its buffers.
 * While keys are to expire it holds a timer, which {@link close} releases.
 *
 * @see docs/spec/broker.md
 */
export class MemoryBroker implements Broker {
  readonly driver = 'memory';
  readonly lost: AbortSignal = new AbortController().signal;
  readonly clock: Clock;
  readonly #store: Store;
  readonly #connections = new Set<MemoryConnection>();
  readonly #subscriptions = new Set<MemorySubscription>();
  #expiryTimer: Timer | undefined;
  #expiryTimerAt = Infinity;
  #isClosed = false;

  constructor({ clock = systemClock, bytesMax = Infinity }: MemoryBrokerOptions = {}) {
    this.clock = clock;
    this.#store = new Store({ bytesMax });
  }

  /** Executes one command on what the broker holds, and serves whoever waited for its effects. */
  execute<T>(command: (store: Store) => T): T {
    const now = this.clock.now();
    try {
      return this.#store.execute(now, command);
    } finally {
      this.#watchExpiries(now);
    }
  }

  del(...keys: string[]): Promise<number> {
    return this.#run(({ keyspace }) => keys.filter((key) => keyspace.delete(byteKeyOf(key))).length);
  }

  exists(key: string): Promise<boolean> {
    return this.#run(({ keyspace }) => keyspace.type(byteKeyOf(key)) !== undefined);
  }

  expire(key: string, ttlMs: number): Promise<boolean> {
    return this.#run(({ keyspace }) => {
      checkTtl(ttlMs);
      return keyspace.expireAt(byteKeyOf(key), keyspace.now + ttlMs);
    });
  }

  ttl(key: string): Promise<number | undefined> {
    return this.#run(({ keyspace }) => {
      const at = keyspace.expiresAt(byteKeyOf(key));
      return at === undefined || at === Infinity ? undefined : Math.ceil(at - keyspace.now);
    });
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#run(({ keyspace }) => copyIfAny(keyspace.getString(byteKeyOf(key))));
  }

  set(key: string, value: BrokerValue, { onlyIf, ttlMs }: SetOptions = {}): Promise<boolean> {
    return this.#run(({ keyspace }) => {
      if (ttlMs !== undefined) checkTtl(ttlMs);
      return keyspace.setString(byteKeyOf(key), copyOf(valueBytes(value)), {
        ...(onlyIf && { onlyIf }),
        ...(ttlMs !== undefined && { expiresAt: keyspace.now + ttlMs }),
      });
    });
  }

  lpush(key: string, ...values: BrokerValue[]): Promise<number> {
    return this.#push(key, 'left', values);
  }

  rpush(key: string, ...values: BrokerValue[]): Promise<number> {
    return this.#push(key, 'right', values);
  }

  lpop(key: string): Promise<Uint8Array | undefined> {
    return this.#run(({ keyspace }) => keyspace.pop(byteKeyOf(key), 'left'));
  }

  rpop(key: string): Promise<Uint8Array | undefined> {
    return this.#run(({ keyspace }) => keyspace.pop(byteKeyOf(key), 'right'));
  }

  lmove(source: string, destination: string, from: ListEnd, to: ListEnd): Promise<Uint8Array | undefined> {
    return this.#run(({ keyspace }) => copyIfAny(keyspace.move(byteKeyOf(source), byteKeyOf(destination), from, to)));
  }

  llen(key: string): Promise<number> {
    return this.#run(({ keyspace }) => keyspace.length(byteKeyOf(key)));
  }

  lrange(key: string, start: number, stop: number): Promise<Uint8Array[]> {
    return this.#run(({ keyspace }) => {
      checkInteger(start, 'start');
      checkInteger(stop, 'stop');
      return keyspace.range(byteKeyOf(key), start, stop).map(copyOf);
    });
  }

  lrem(key: string, count: number, value: BrokerValue): Promise<number> {
    return this.#run(({ keyspace }) => {
      checkInteger(count, 'count');
      const max = count === 0 ? Infinity : Math.abs(count);
      return keyspace.remove(byteKeyOf(key), valueBytes(value), max, count < 0 ? 'right' : 'left');
    });
  }

  publish(channel: string, message: BrokerValue): Promise<number> {
    return this.#run(({ channels }) => channels.publish(byteKeyOf(channel), copyOf(valueBytes(message))));
  }

  subscribe(channel: string, listener: (message: Uint8Array) => void): Promise<Subscription> {
    return this.#run(({ channels }) => {
      const key = byteKeyOf(channel);
      const subscription = new MemorySubscription(listener, () => {
        channels.unsubscribe(key, subscription);
        this.#subscriptions.delete(subscription);
      });
      channels.subscribe(key, subscription);
      this.#subscriptions.add(subscription);
      return subscription;
    });
  }

  channels(pattern?: string): Promise<string[]> {
    return this.#run(({ channels }) =>
      channels.names(pattern === undefined ? undefined : byteKeyOf(pattern)).map(textOf),
    );
  }

  subscriberCount(channel: string): Promise<number> {
    return this.#run(({ channels }) => channels.subscriberCount(byteKeyOf(channel)));
  }

  connect(): Promise<BrokerConnection> {
    return this.#run(() => {
      const connection = new MemoryConnection(this, () => this.#connections.delete(connection));
      this.#connections.add(connection);
      return connection;
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#expiryTimer?.cancel();
    await Promise.all([...this.#connections, ...this.#subscriptions].map((part) => part.close()));
  }

  #push(key: string, end: ListEnd, values: readonly BrokerValue[]): Promise<number> {
    return this.#run(({ keyspace }) => {
      checkNotEmpty(values, 'values');
      return keyspace.push(
        byteKeyOf(key),
        end,
        values.map((value) => copyOf(valueBytes(value))),
      );
    });
  }

  /** Executes at once; what it throws, the promise rejects with. */
  #run<T>(command: (store: Store) => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#isClosed) throw new ClosedError('broker', { driver: this.driver });
      resolve(this.execute(command));
    });
  }

  #watchExpiries(now: number): void {
    const at = Math.max(this.#store.keyspace.nextExpiryAt, now + expiryIntervalMs);
    if (at >= this.#expiryTimerAt || at === Infinity || this.#isClosed) return;
    this.#expiryTimer?.cancel();
    this.#expiryTimerAt = at;
    this.#expiryTimer = this.clock.setTimer(at - now, () => {
      this.#expiryTimerAt = Infinity;
      this.execute(() => undefined);
    });
  }
}

class MemorySubscription implements Subscription, ChannelSubscriber {
  #isOpen = true;

  constructor(
    readonly listener: (message: Uint8Array) => void,
    readonly onClose: () => void,
  ) {}

  /** A listener runs after the publisher's command, as it would behind a wire. */
  onMessage(_channel: string, message: Uint8Array): void {
    queueMicrotask(() => {
      if (this.#isOpen) this.listener(message);
    });
  }

  close(): Promise<void> {
    if (this.#isOpen) this.onClose();
    this.#isOpen = false;
    return Promise.resolve();
  }
}

function copyIfAny(value: Uint8Array | undefined): Uint8Array | undefined {
  return value && copyOf(value);
}
