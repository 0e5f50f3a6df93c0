import type { Message, PeerId, RouterOptions, RouterSocket } from '../sockets.js';
import { callOut, isGoodbye } from '../socket-options.js';
import { MemoryBoundSocket } from './bound-socket.js';
import type { SocketHub } from './socket-hub.js';

/** The other end of a line, as the router sees it. */
export interface RouterPeer {
  receive(message: Message): void;
  /** The router has cut the line. */
  onCut(): void;
}

export class MemoryRouter extends MemoryBoundSocket implements RouterSocket {
  readonly kind = 'router';
  readonly #options: RouterOptions;
  readonly #peers = new Map<PeerId, RouterPeer>();
  #peersSeen = 0;

  constructor(hub: SocketHub, options: RouterOptions) {
    super(hub, options);
    this.#options = options;
  }

  send(to: PeerId, message: Message): boolean {
    return this.enqueue(message, () => this.#deliver(to, message));
  }

  /** A dealer's line stands from now on. */
  attach(peer: RouterPeer): PeerId {
    const id = `peer-${++this.#peersSeen}`;
    this.#peers.set(id, peer);
    return id;
  }

  /** The dealer has closed its line. */
  detach(id: PeerId): void {
    if (this.#peers.delete(id) && !this.isClosed) callOut(() => this.#options.onDisconnect?.(id));
  }

  /** A message came in over the line of `id`. */
  receive(id: PeerId, message: Message): void {
    const peer = this.#peers.get(id);
    if (this.isClosed || !peer || isGoodbye(message)) return;
    if (message.some((frame) => frame.length > this.limits.frameBytesMax)) {
      this.#peers.delete(id);
      peer.onCut();
      callOut(() => this.#options.onDisconnect?.(id));
      return;
    }
    callOut(() => this.#options.onMessage(id, message));
  }

  protected override cutPeers(): void {
    const peers = [...this.#peers.values()];
    this.#peers.clear();
    for (const peer of peers) this.hub.post(() => peer.onCut());
  }

  #deliver(to: PeerId, message: Message): void {
    const peer = this.#peers.get(to);
    if (peer) peer.receive(message);
    else if (!this.isClosed) callOut(() => this.#options.onDisconnect?.(to));
  }
}
