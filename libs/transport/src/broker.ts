/**
 * What a client asks of a broker that is answered without waiting for anybody. Keys and channels are text, values and
 * messages are bytes. Failures throw {@link BrokerError} (`broker_wrong_type`, `broker_out_of_memory`,
 * `broker_unreachable`, ...).
 *
 * @see docs/spec/broker.md
 */
export interface BrokerCommands {
  /** Deletes keys; resolves with how many existed. */
  del(...keys: string[]): Promise<number>;
  exists(key: string): Promise<boolean>;
  /** Lets the key expire after `ttlMs` (above 0); `false` when it does not exist. */
  expire(key: string, ttlMs: number): Promise<boolean>;
  /** Time the key has left in milliseconds; `undefined` when it has no expiry or does not exist. */
  ttl(key: string): Promise<number | undefined>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** Sets a value; `false` when `options.onlyIf` forbade it. */
  set(key: string, value: BrokerValue, options?: SetOptions): Promise<boolean>;

  /** Puts values at the head, one after the other; resolves with the list's new length. */
  lpush(key: string, ...values: BrokerValue[]): Promise<number>;
  /** Puts values at the tail. */
  rpush(key: string, ...values: BrokerValue[]): Promise<number>;
  /** Takes one value from the head. */
  lpop(key: string): Promise<Uint8Array | undefined>;
  /** Takes one value from the tail. */
  rpop(key: string): Promise<Uint8Array | undefined>;
  /** Moves one value from an end of one list to an end of another, atomically, and resolves with it. */
  lmove(source: string, destination: string, from: ListEnd, to: ListEnd): Promise<Uint8Array | undefined>;
  llen(key: string): Promise<number>;
  /** Values from `start` to `stop`, both included, negative positions counted from the tail. */
  lrange(key: string, start: number, stop: number): Promise<Uint8Array[]>;
  /** Removes up to `count` values equal to `value` (0: all; negative: from the tail); resolves with how many. */
  lrem(key: string, count: number, value: BrokerValue): Promise<number>;
  /**
   * Keeps the values from `start` to `stop`, both included, and removes all others; negative positions count from the
   * tail. A list of which nothing is kept is no more.
   */
  ltrim(key: string, start: number, stop: number): Promise<void>;

  /**
   * Resolves with the number of subscribers that were handed the message; in a cluster, with those of the node that was
   * asked, though all get it.
   */
  publish(channel: string, message: BrokerValue): Promise<number>;
}

/**
 * Stores lists and small values under keys and carries published messages: the part of Redis that FXP needs. Every
 * driver passes the same conformance suite.
 *
 * @see docs/spec/broker.md
 */
export interface Broker extends BrokerCommands {
  /** Which driver this is, for people: `memory`, `redis`. */
  readonly driver: string;
  /**
   * Fires when the broker is gone for good: it could not be reached again within the driver's bounds. The reason is the
   * {@link BrokerError}. Subscriptions are silent from then on. Never fires because of {@link close}.
   */
  readonly lost: AbortSignal;

  /**
   * Calls `listener` for every message published on the channel after the returned promise has resolved. Every
   * subscription counts as a subscriber of its own. The listener must not throw, nor change the message.
   */
  subscribe(channel: string, listener: (message: Uint8Array) => void): Promise<Subscription>;
  /** Channels with at least one subscriber whose names match the glob (all unless told), in no order. */
  channels(pattern?: string): Promise<string[]>;
  /** Number of subscribers of a channel; in a cluster, of all its nodes. */
  subscriberCount(channel: string): Promise<number>;

  /** A connection of its own, on which blocking pops hold up nobody else. */
  connect(): Promise<BrokerConnection>;

  /**
   * Ends every connection and subscription; waiting pops end with a `ClosedError`, and so does every later call. Calling
   * it again does nothing.
   */
  close(): Promise<void>;
}

/**
 * One client's own line to the broker. Commands are executed in the order of the calls, and calls need not await each
 * other: `lpush` followed at once by `brpop` travels in one round trip, and one behind a pop that waits is executed when
 * that has its answer. In a cluster, the order holds among keys of one node. A line that is lost stays lost: what was under
 * way and every later call end with `broker_unreachable`, and whether the former was executed is not known.
 */
export interface BrokerConnection extends BrokerCommands {
  /**
   * Takes a value from the tail of the first list that has one; waits when all are empty. Those who wait for the same
   * list are served in the order they came. Resolves with `undefined` when the time has passed. In a cluster, all keys
   * must belong to one slot.
   */
  brpop(keys: string | readonly string[], options?: BlockOptions): Promise<Popped | undefined>;
  /** `lmove` that waits while the source is empty. */
  blmove(
    source: string,
    destination: string,
    from: ListEnd,
    to: ListEnd,
    options?: BlockOptions,
  ): Promise<Uint8Array | undefined>;
  /** Ends the connection; a waiting pop ends with a `ClosedError` and takes nothing. Calling it again does nothing. */
  close(): Promise<void>;
}

/** Text is sent as UTF-8. Bytes must not change until the command they are given to is answered. */
export type BrokerValue = Uint8Array | string;

export type ListEnd = 'left' | 'right';

export interface SetOptions {
  /** Set only when the key is absent or only when it is present. */
  readonly onlyIf?: 'absent' | 'present';
  /** Expiry in milliseconds, at least 1. */
  readonly ttlMs?: number;
}

export interface BlockOptions {
  /** Longest wait in milliseconds; 0 or none: for ever. */
  readonly timeoutMs?: number;
  /**
   * Gives up: the pop rejects with an `AbortedError` and takes nothing; in its turn, where it stands behind another one of
   * its connection. When the value had already been taken as the signal fired, the pop resolves with it, so that it is
   * not lost.
   */
  readonly signal?: AbortSignal;
}

export interface Popped {
  readonly key: string;
  readonly value: Uint8Array;
}

export interface Subscription {
  /** No message reaches the listener after this has resolved. */
  close(): Promise<void>;
}
