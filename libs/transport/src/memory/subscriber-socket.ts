import type { Message, SubscriberOptions, SubscriberSocket } from '../sockets.js';
import { callOut, resolveSocketOptions, type ResolvedSocketOptions } from '../socket-options.js';
import type { MemoryPublisher, PublisherPeer } from './publisher-socket.js';
import { refuseCurve, type Connector, type SocketHub } from './socket-hub.js';
import { topicKey } from './socket-topics.js';

export class MemorySubscriber implements SubscriberSocket, Connector<MemoryPublisher>, PublisherPeer {
  readonly kind = 'publisher';
  readonly #hub: SocketHub;
  readonly #options: SubscriberOptions;
  readonly #limits: ResolvedSocketOptions;
  readonly #topics = new Set<string>();
  readonly #addresses = new Set<string>();
  readonly #lines = new Map<MemoryPublisher, string>();
  #closed = false;

  constructor(hub: SocketHub, options: SubscriberOptions) {
    refuseCurve(options);
    this.#hub = hub;
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
  }

  connect(address: string): void {
    if (this.#closed || this.#addresses.has(address)) return;
    this.#hub.connect(address, this);
    this.#addresses.add(address);
  }

  disconnect(address: string): void {
    if (!this.#addresses.delete(address)) return;
    this.#hub.disconnect(address, this);
    for (const [publisher, at] of this.#lines) if (at === address) this.#hangUp(publisher);
  }

  subscribe(topic: Uint8Array | string): void {
    const key = topicKey(topic);
    if (this.#closed || this.#topics.has(key)) return;
    this.#topics.add(key);
    for (const publisher of this.#lines.keys()) this.#hub.post(() => publisher.subscribe(this, key));
  }

  unsubscribe(topic: Uint8Array | string): void {
    const key = topicKey(topic);
    if (this.#closed || !this.#topics.delete(key)) return;
    for (const publisher of this.#lines.keys()) this.#hub.post(() => publisher.unsubscribe(this, key));
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    for (const address of this.#addresses) this.#hub.disconnect(address, this);
    for (const publisher of this.#lines.keys()) this.#hangUp(publisher);
    return new Promise((resolve) => this.#hub.post(resolve));
  }

  onBound(address: string, publisher: MemoryPublisher): void {
    if (this.#closed || this.#lines.has(publisher)) return;
    this.#lines.set(publisher, address);
    publisher.attach(this);
    for (const key of this.#topics) this.#hub.post(() => publisher.subscribe(this, key));
    if (this.#options.onConnect) callOut(this.#options.onConnect);
  }

  onCut(publisher: MemoryPublisher): void {
    const address = this.#lines.get(publisher);
    if (address === undefined) return;
    this.#lines.delete(publisher);
    if (this.#closed) return;
    if (this.#options.onDisconnect) callOut(this.#options.onDisconnect);
    this.#hub.reconnect(address, this);
  }

  receive(message: Message, from: MemoryPublisher): void {
    if (this.#closed || !this.#lines.has(from)) return;
    if (message.some((frame) => frame.length > this.#limits.frameBytesMax)) {
      const address = this.#lines.get(from);
      this.#hangUp(from);
      if (this.#options.onDisconnect) callOut(this.#options.onDisconnect);
      if (address !== undefined) this.#hub.reconnect(address, this);
      return;
    }
    callOut(() => this.#options.onMessage(message));
  }

  #hangUp(publisher: MemoryPublisher): void {
    this.#lines.delete(publisher);
    this.#hub.post(() => publisher.detach(this));
  }
}
