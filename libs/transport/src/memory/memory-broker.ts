import { ClosedError, systemClock, type Clock, type Timer } from '@syncytium/kit';
import type { Broker, BrokerConnection, Subscription } from '../broker.js';
import { byteKeyOf, textOf } from '../keyspace/byte-key.js';
import type { ChannelSubscriber } from '../keyspace/channels.js';
import { Store } from '../keyspace/store.js';
import { MemoryCommands, type StoreCommand } from './memory-commands.js';
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
export class MemoryBroker extends MemoryCommands implements Broker {
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
    super();
    this.clock = clock;
    this.#store = new Store({ bytesMax });
  }

  /** Executes one command on what the broker holds, and serves whoever waited for its effects. */
  execute<T>(command: StoreCommand<T>): T {
    const now = this.clock.now();
    try {
      return this.#store.execute(now, command);
    } finally {
      this.#watchExpiries(now);
    }
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

  protected submit<T>(prepare: () => StoreCommand<T>): Promise<T> {
    return this.#run((store) => prepare()(store));
  }

  /** Executes at once; what it throws, the promise rejects with. */
  #run<T>(command: StoreCommand<T>): Promise<T> {
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
