import { ClosedError } from '@syncytium/kit';
import type { Message, PeerId, RouterOptions, RouterSocket } from '../sockets.js';
import {
  alreadyBound,
  callOut,
  checkMessage,
  isGoodbye,
  resolveSocketOptions,
  type ResolvedSocketOptions,
} from '../socket-options.js';
import { refuseCurve, type BoundEnd, type SocketHub } from './socket-hub.js';

/** The other end of a line, as the router sees it. */
export interface RouterPeer {
  receive(message: Message): void;
  /** The router has cut the line. */
  onCut(): void;
}

export class MemoryRouter implements RouterSocket, BoundEnd {
  readonly kind = 'router';
  readonly #hub: SocketHub;
  readonly #options: RouterOptions;
  readonly #limits: ResolvedSocketOptions;
  readonly #peers = new Map<PeerId, RouterPeer>();
  #peersSeen = 0;
  #address: string | undefined;
  #queued = 0;
  #refused = false;
  #closed = false;

  constructor(hub: SocketHub, options: RouterOptions) {
    refuseCurve(options);
    this.#hub = hub;
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
  }

  async bind(address: string): Promise<string> {
    await Promise.resolve();
    if (this.#closed) throw new ClosedError(`router socket`);
    if (this.#address !== undefined) throw alreadyBound(address, this.#address);
    this.#address = this.#hub.bind(address, this);
    return this.#address;
  }

  send(to: PeerId, message: Message): boolean {
    checkMessage(message);
    if (this.#closed) return false;
    if (this.#queued >= this.#limits.sendQueueMax) {
      this.#refused = true;
      return false;
    }
    this.#queued++;
    this.#hub.post(() => this.#deliver(to, message));
    return true;
  }

  close(lingerMs = 0): Promise<void> {
    if (this.#closed) return Promise.resolve();
    // What can be delivered is delivered at once: tasks posted before the end run before it.
    if (lingerMs === 0) this.#end();
    return new Promise((resolve) => {
      this.#hub.post(() => {
        this.#end();
        resolve();
      });
      if (lingerMs > 0) this.#closed = true;
    });
  }

  /** A dealer's line stands from now on. */
  attach(peer: RouterPeer): PeerId {
    const id = `peer-${++this.#peersSeen}`;
    this.#peers.set(id, peer);
    return id;
  }

  /** The dealer has closed its line. */
  detach(id: PeerId): void {
    if (this.#peers.delete(id) && !this.#closed) callOut(() => this.#options.onDisconnect?.(id));
  }

  /** A message came in over the line of `id`. */
  receive(id: PeerId, message: Message): void {
    const peer = this.#peers.get(id);
    if (this.#closed || !peer || isGoodbye(message)) return;
    if (message.some((frame) => frame.length > this.#limits.frameBytesMax)) {
      this.#peers.delete(id);
      peer.onCut();
      callOut(() => this.#options.onDisconnect?.(id));
      return;
    }
    callOut(() => this.#options.onMessage(id, message));
  }

  #deliver(to: PeerId, message: Message): void {
    this.#queued--;
    const peer = this.#peers.get(to);
    if (peer) peer.receive(message);
    else if (!this.#closed) callOut(() => this.#options.onDisconnect?.(to));
    if (this.#refused && !this.#closed) {
      this.#refused = false;
      callOut(this.#limits.onDrain);
    }
  }

  #end(): void {
    this.#closed = true;
    if (this.#address !== undefined) this.#hub.unbind(this.#address, this);
    const peers = [...this.#peers.values()];
    this.#peers.clear();
    for (const peer of peers) this.#hub.post(() => peer.onCut());
  }
}
