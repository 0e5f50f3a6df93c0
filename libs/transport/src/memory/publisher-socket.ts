import { ClosedError } from '@syncytium/kit';
import type { Message, PublisherOptions, PublisherSocket } from '../sockets.js';
import {
  alreadyBound,
  callOut,
  checkMessage,
  resolveSocketOptions,
  type ResolvedSocketOptions,
} from '../socket-options.js';
import { refuseCurve, type BoundEnd, type SocketHub } from './socket-hub.js';
import { topicBytes, topicKey, TopicTable } from './socket-topics.js';

/** A subscriber, as the publisher sees it. */
export interface PublisherPeer {
  receive(message: Message, from: MemoryPublisher): void;
  /** The publisher has cut the line. */
  onCut(from: MemoryPublisher): void;
}

export class MemoryPublisher implements PublisherSocket, BoundEnd {
  readonly kind = 'publisher';
  readonly #hub: SocketHub;
  readonly #options: PublisherOptions;
  readonly #limits: ResolvedSocketOptions;
  readonly #peers = new Set<PublisherPeer>();
  readonly #topics = new TopicTable<PublisherPeer>();
  #address: string | undefined;
  #queued = 0;
  #refused = false;
  #closed = false;

  constructor(hub: SocketHub, options: PublisherOptions) {
    refuseCurve(options);
    this.#hub = hub;
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
  }

  async bind(address: string): Promise<string> {
    await Promise.resolve();
    if (this.#closed) throw new ClosedError(`publisher socket`);
    if (this.#address !== undefined) throw alreadyBound(address, this.#address);
    this.#address = this.#hub.bind(address, this);
    return this.#address;
  }

  send(message: Message): boolean {
    checkMessage(message);
    if (this.#closed) return false;
    if (this.#queued >= this.#limits.sendQueueMax) {
      this.#refused = true;
      return false;
    }
    this.#queued++;
    this.#hub.post(() => this.#deliver(message));
    return true;
  }

  close(lingerMs = 0): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (lingerMs === 0) this.#end();
    return new Promise((resolve) => {
      this.#hub.post(() => {
        this.#end();
        resolve();
      });
      if (lingerMs > 0) this.#closed = true;
    });
  }

  attach(peer: PublisherPeer): void {
    this.#peers.add(peer);
  }

  detach(peer: PublisherPeer): void {
    if (!this.#peers.delete(peer)) return;
    for (const prefix of this.#topics.prefixesOf(peer)) this.unsubscribe(peer, prefix);
  }

  subscribe(peer: PublisherPeer, prefix: string): void {
    if (!this.#peers.has(peer)) return;
    if (this.#topics.add(prefix, peer)) this.#tell(prefix, true);
  }

  unsubscribe(peer: PublisherPeer, prefix: string): void {
    if (this.#topics.delete(prefix, peer)) this.#tell(prefix, false);
  }

  #tell(prefix: string, wanted: boolean): void {
    if (!this.#closed) callOut(() => this.#options.onSubscription?.(topicBytes(prefix), wanted));
  }

  #deliver(message: Message): void {
    this.#queued--;
    const [topic] = message;
    if (topic) for (const peer of this.#topics.find(topicKey(topic))) peer.receive(message, this);
    if (this.#refused && !this.#closed) {
      this.#refused = false;
      callOut(this.#limits.onDrain);
    }
  }

  #end(): void {
    this.#closed = true;
    if (this.#address !== undefined) this.#hub.unbind(this.#address, this);
    const peers = [...this.#peers];
    this.#peers.clear();
    for (const peer of peers) {
      for (const prefix of this.#topics.prefixesOf(peer)) this.#topics.delete(prefix, peer);
      this.#hub.post(() => peer.onCut(this));
    }
  }
}
