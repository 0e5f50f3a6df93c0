import type { Message, PublisherOptions, PublisherSocket } from '../sockets.js';
import { callOut } from '../socket-options.js';
import { MemoryBoundSocket } from './bound-socket.js';
import type { SocketHub } from './socket-hub.js';
import { topicBytes, topicKey, TopicTable } from './socket-topics.js';

/** A subscriber, as the publisher sees it. */
export interface PublisherPeer {
  receive(message: Message, from: MemoryPublisher): void;
  /** The publisher has cut the line. */
  onCut(from: MemoryPublisher): void;
}

export class MemoryPublisher extends MemoryBoundSocket implements PublisherSocket {
  readonly kind = 'publisher';
  readonly #options: PublisherOptions;
  readonly #peers = new Set<PublisherPeer>();
  readonly #topics = new TopicTable<PublisherPeer>();

  constructor(hub: SocketHub, options: PublisherOptions) {
    super(hub, options);
    this.#options = options;
  }

  send(message: Message): boolean {
    return this.enqueue(message, () => this.#deliver(message));
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

  protected override cutPeers(): void {
    const peers = [...this.#peers];
    this.#peers.clear();
    for (const peer of peers) {
      for (const prefix of this.#topics.prefixesOf(peer)) this.#topics.delete(prefix, peer);
      this.hub.post(() => peer.onCut(this));
    }
  }

  #tell(prefix: string, wanted: boolean): void {
    if (!this.isClosed) callOut(() => this.#options.onSubscription?.(topicBytes(prefix), wanted));
  }

  #deliver(message: Message): void {
    const [topic] = message;
    if (topic) for (const peer of this.#topics.find(topicKey(topic))) peer.receive(message, this);
  }
}
