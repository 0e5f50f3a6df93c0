import { BoundedQueue } from '@syncytium/kit';
import type { DealerOptions, DealerSocket, Message, PeerId } from '../sockets.js';
import {
  alreadyConnected,
  callOut,
  checkMessage,
  isGoodbye,
  resolveSocketOptions,
  type ResolvedSocketOptions,
} from '../socket-options.js';
import type { MemoryRouter, RouterPeer } from './router-socket.js';
import { refuseCurve, type Connector, type SocketHub } from './socket-hub.js';

interface Line {
  readonly router: MemoryRouter;
  readonly id: PeerId;
}

export class MemoryDealer implements DealerSocket, Connector<MemoryRouter>, RouterPeer {
  readonly kind = 'router';
  readonly #hub: SocketHub;
  readonly #options: DealerOptions;
  readonly #limits: ResolvedSocketOptions;
  readonly #queue: BoundedQueue<Message>;
  #address: string | undefined;
  #line: Line | undefined;
  #refused = false;
  #closed = false;

  constructor(hub: SocketHub, options: DealerOptions) {
    refuseCurve(options);
    this.#hub = hub;
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
    this.#queue = new BoundedQueue(this.#limits.sendQueueMax);
  }

  get waiting(): number {
    return this.#queue.size;
  }

  connect(address: string): void {
    if (this.#closed || address === this.#address) return;
    if (this.#address !== undefined) throw alreadyConnected(address, this.#address);
    this.#hub.connect(address, this);
    this.#address = address;
  }

  disconnect(address: string): void {
    if (address !== this.#address) return;
    this.#hub.disconnect(address, this);
    this.#address = undefined;
    this.#queue.clear();
    this.#hangUp();
    this.#hub.post(() => this.#tellDrained());
  }

  send(message: Message): boolean {
    checkMessage(message);
    if (this.#closed) return false;
    if (!this.#queue.push(message)) {
      this.#refused = true;
      return false;
    }
    if (this.#line) this.#hub.post(() => this.#deliverNext());
    return true;
  }

  close(lingerMs = 0): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    if (lingerMs === 0) this.#queue.clear();
    return new Promise((resolve) => {
      const end = (): void => {
        // A line that is about to stand takes what is queued first.
        if (this.#queue.size > 0 && this.#address !== undefined && this.#hub.isBound(this.#address, this.kind)) {
          this.#hub.post(end);
          return;
        }
        if (this.#address !== undefined) this.#hub.disconnect(this.#address, this);
        this.#hangUp();
        resolve();
      };
      this.#hub.post(end);
    });
  }

  onBound(_address: string, router: MemoryRouter): void {
    if (this.#line) return;
    this.#line = { router, id: router.attach(this) };
    if (this.#options.onConnect && !this.#closed) callOut(this.#options.onConnect);
    for (let left = this.#queue.size; left > 0; left--) this.#hub.post(() => this.#deliverNext());
  }

  onCut(): void {
    if (!this.#line) return;
    this.#line = undefined;
    if (this.#closed) return;
    if (this.#options.onDisconnect) callOut(this.#options.onDisconnect);
    if (this.#address !== undefined) this.#hub.reconnect(this.#address, this);
  }

  receive(message: Message): void {
    const line = this.#line;
    if (this.#closed || !line || isGoodbye(message)) return;
    if (message.some((frame) => frame.length > this.#limits.frameBytesMax)) {
      this.#hangUp();
      if (this.#options.onDisconnect) callOut(this.#options.onDisconnect);
      if (this.#address !== undefined) this.#hub.reconnect(this.#address, this);
      return;
    }
    callOut(() => this.#options.onMessage(message));
  }

  /** Without a line the message stays where it is until there is one. */
  #deliverNext(): void {
    if (!this.#line) return;
    const message = this.#queue.shift();
    if (!message) return;
    this.#line.router.receive(this.#line.id, message);
    this.#tellDrained();
  }

  #tellDrained(): void {
    if (!this.#refused || this.#closed) return;
    this.#refused = false;
    callOut(this.#limits.onDrain);
  }

  #hangUp(): void {
    const line = this.#line;
    this.#line = undefined;
    if (line) this.#hub.post(() => line.router.detach(line.id));
  }
}
