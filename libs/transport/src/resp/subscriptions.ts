import type { ByteKey } from '../keyspace/byte-key.js';
import type { Channels, ChannelSubscriber } from '../keyspace/channels.js';
import type { ReplyWriter } from './reply-writer.js';

/** The channels and patterns one client has subscribed to. Every change is answered with a push of its own. */
export class Subscriptions {
  readonly #subscriber: ChannelSubscriber;
  readonly #reply: ReplyWriter;
  readonly #channels = new Set<ByteKey>();
  readonly #patterns = new Set<ByteKey>();

  constructor(subscriber: ChannelSubscriber, reply: ReplyWriter) {
    this.#subscriber = subscriber;
    this.#reply = reply;
  }

  get channelCount(): number {
    return this.#channels.size;
  }

  get patternCount(): number {
    return this.#patterns.size;
  }

  /** Channels and patterns together. */
  get count(): number {
    return this.#channels.size + this.#patterns.size;
  }

  subscribe(channels: Channels, name: ByteKey): void {
    channels.subscribe(name, this.#subscriber);
    this.#channels.add(name);
    this.#answer('subscribe', name);
  }

  /** Ends the named subscriptions, or all. */
  unsubscribe(channels: Channels, names: readonly ByteKey[] = [...this.#channels]): void {
    if (names.length === 0) this.#answer('unsubscribe', undefined);
    for (const name of names) {
      channels.unsubscribe(name, this.#subscriber);
      this.#channels.delete(name);
      this.#answer('unsubscribe', name);
    }
  }

  subscribePattern(channels: Channels, pattern: ByteKey): void {
    channels.subscribePattern(pattern, this.#subscriber);
    this.#patterns.add(pattern);
    this.#answer('psubscribe', pattern);
  }

  /** Ends the named subscriptions, or all. */
  unsubscribePatterns(channels: Channels, patterns: readonly ByteKey[] = [...this.#patterns]): void {
    if (patterns.length === 0) this.#answer('punsubscribe', undefined);
    for (const pattern of patterns) {
      channels.unsubscribePattern(pattern, this.#subscriber);
      this.#patterns.delete(pattern);
      this.#answer('punsubscribe', pattern);
    }
  }

  /** Ends all, without a word. */
  clear(channels: Channels): void {
    for (const name of this.#channels) channels.unsubscribe(name, this.#subscriber);
    for (const pattern of this.#patterns) channels.unsubscribePattern(pattern, this.#subscriber);
    this.#channels.clear();
    this.#patterns.clear();
  }

  #answer(kind: string, name: ByteKey | undefined): void {
    this.#reply.push(3, () => {
      this.#reply.text(kind);
      if (name === undefined) this.#reply.null();
      else this.#reply.text(name);
      this.#reply.integer(this.count);
    });
  }
}
