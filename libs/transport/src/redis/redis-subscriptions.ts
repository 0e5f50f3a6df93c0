import { ClosedError } from '@syncytium/kit';
import type { Subscription } from '../broker.js';
import type { RedisClient } from './redis-clients.js';

/** A client that only subscribes. */
interface Subscriber {
  readonly client: RedisClient;
  /** What it is subscribed to, or about to be, and who listens. */
  readonly listeners: Map<string, (message: Buffer) => void>;
}

export interface RedisSubscriptionsOptions {
  /** Opens one more client. */
  readonly connect: () => Promise<RedisClient>;
  readonly error: (error: unknown) => Error;
}

/**
 * Subscriptions over connections of their own. Redis counts a connection once per channel, however often it asks, so
 * that a second subscription to one channel takes a second connection, and channels share connections otherwise.
 */
export class RedisSubscriptions {
  readonly #options: RedisSubscriptionsOptions;
  readonly #subscribers: Promise<Subscriber>[] = [];
  #isClosed = false;

  constructor(options: RedisSubscriptionsOptions) {
    this.#options = options;
  }

  async subscribe(channel: string, listener: (message: Uint8Array) => void): Promise<Subscription> {
    const subscriber = await this.#freeSubscriber(channel, listener);
    const { client, listeners } = subscriber;
    try {
      await client.subscribe(channel);
    } catch (error) {
      listeners.delete(channel);
      throw this.#options.error(error);
    }
    let closing: Promise<void> | undefined;
    return {
      close: () => (closing ??= this.#unsubscribe(subscriber, channel)),
    };
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const opening of this.#subscribers.splice(0)) {
      const subscriber = await opening.catch(() => undefined);
      subscriber?.listeners.clear();
      subscriber?.client.disconnect();
    }
  }

  async #unsubscribe({ client, listeners }: Subscriber, channel: string): Promise<void> {
    // From now on nobody listens; the connection must still be unsubscribed before the channel is asked for again.
    listeners.set(channel, () => undefined);
    // On a lost line there is nothing to unsubscribe.
    await client.unsubscribe(channel).catch(() => undefined);
    listeners.delete(channel);
  }

  /** The first connection that does not have the channel yet; puts the listener in its place. */
  async #freeSubscriber(channel: string, listener: (message: Uint8Array) => void): Promise<Subscriber> {
    for (let i = 0; ; i++) {
      // Closed meanwhile; one more connection would never be.
      if (this.#isClosed) throw this.#options.error(new ClosedError('broker'));
      const opening = (this.#subscribers[i] ??= this.#open(i));
      const subscriber = await opening;
      if (subscriber.listeners.has(channel)) continue;
      subscriber.listeners.set(channel, listener);
      return subscriber;
    }
  }

  async #open(index: number): Promise<Subscriber> {
    try {
      const client = await this.#options.connect();
      const listeners = new Map<string, (message: Buffer) => void>();
      client.on('messageBuffer', (channel: Buffer, message: Buffer) => listeners.get(channel.toString())?.(message));
      return { client, listeners };
    } catch (error) {
      // The next subscription tries again.
      void this.#subscribers.splice(index, 1);
      throw error;
    }
  }
}
