import type { ByteKey } from './byte-key.js';
import { Glob } from './glob.js';

/** Somebody who receives published messages; compared by identity. */
export interface ChannelSubscriber {
  /** `pattern` is the pattern that matched; absent when the channel itself was subscribed to. Must not throw. */
  onMessage(channel: ByteKey, message: Uint8Array, pattern?: ByteKey): void;
}

interface PatternSubscribers {
  readonly glob: Glob;
  readonly subscribers: Set<ChannelSubscriber>;
}

/** Who subscribed to which channels and patterns. A channel exists as long as it has a subscriber. */
export class Channels {
  readonly #channels = new Map<ByteKey, Set<ChannelSubscriber>>();
  readonly #patterns = new Map<ByteKey, PatternSubscribers>();

  /** `false` when it was subscribed already. */
  subscribe(channel: ByteKey, subscriber: ChannelSubscriber): boolean {
    let subscribers = this.#channels.get(channel);
    if (!subscribers) this.#channels.set(channel, (subscribers = new Set()));
    if (subscribers.has(subscriber)) return false;
    subscribers.add(subscriber);
    return true;
  }

  /** `false` when it was not subscribed. */
  unsubscribe(channel: ByteKey, subscriber: ChannelSubscriber): boolean {
    const subscribers = this.#channels.get(channel);
    if (!subscribers?.delete(subscriber)) return false;
    if (subscribers.size === 0) this.#channels.delete(channel);
    return true;
  }

  /** Subscribes to every channel whose name matches; `false` when it was subscribed already. */
  subscribePattern(pattern: ByteKey, subscriber: ChannelSubscriber): boolean {
    let entry = this.#patterns.get(pattern);
    if (!entry) this.#patterns.set(pattern, (entry = { glob: new Glob(pattern), subscribers: new Set() }));
    if (entry.subscribers.has(subscriber)) return false;
    entry.subscribers.add(subscriber);
    return true;
  }

  /** `false` when it was not subscribed. */
  unsubscribePattern(pattern: ByteKey, subscriber: ChannelSubscriber): boolean {
    const entry = this.#patterns.get(pattern);
    if (!entry?.subscribers.delete(subscriber)) return false;
    if (entry.subscribers.size === 0) this.#patterns.delete(pattern);
    return true;
  }

  /** Hands a message to subscribers of the channel, then to those of matching patterns; returns how often. */
  publish(channel: ByteKey, message: Uint8Array): number {
    let receivers = 0;
    for (const subscriber of this.#channels.get(channel) ?? []) {
      subscriber.onMessage(channel, message);
      receivers++;
    }
    for (const { glob, subscribers } of this.#patterns.values()) {
      if (!glob.matches(channel)) continue;
      for (const subscriber of subscribers) {
        subscriber.onMessage(channel, message, glob.pattern);
        receivers++;
      }
    }
    return receivers;
  }

  /** Channels with a subscriber of their own (patterns do not count), those that match the glob when one is given. */
  names(pattern?: ByteKey): ByteKey[] {
    const names = [...this.#channels.keys()];
    if (pattern === undefined) return names;
    const glob = new Glob(pattern);
    return names.filter((name) => glob.matches(name));
  }

  /** Subscribers of the channel itself. */
  subscriberCount(channel: ByteKey): number {
    return this.#channels.get(channel)?.size ?? 0;
  }

  /** Different patterns with a subscriber. */
  get patternCount(): number {
    return this.#patterns.size;
  }
}
