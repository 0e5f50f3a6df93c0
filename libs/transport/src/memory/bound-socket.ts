import { ClosedError } from '@syncytium/kit';
import type { Message, SocketOptions } from '../sockets.js';
import {
  alreadyBound,
  callOut,
  checkMessage,
  resolveSocketOptions,
  type ResolvedSocketOptions,
} from '../socket-options.js';
import { refuseCurve, type BoundEnd, type SocketHub } from './socket-hub.js';

/** What a router and a publisher have in common: one address, and an outbox. */
export abstract class MemoryBoundSocket implements BoundEnd {
  abstract readonly kind: BoundEnd['kind'];
  protected readonly hub: SocketHub;
  protected readonly limits: ResolvedSocketOptions;
  #address: string | undefined;
  #queued = 0;
  #refused = false;
  #closed = false;

  constructor(hub: SocketHub, options: SocketOptions) {
    refuseCurve(options);
    this.hub = hub;
    this.limits = resolveSocketOptions(options);
  }

  async bind(address: string): Promise<string> {
    await Promise.resolve();
    if (this.#closed) throw new ClosedError(`${this.kind} socket`);
    if (this.#address !== undefined) throw alreadyBound(address, this.#address);
    this.#address = this.hub.bind(address, this);
    return this.#address;
  }

  close(lingerMs = 0): Promise<void> {
    if (this.#closed) return Promise.resolve();
    // What can be delivered is delivered at once: tasks posted before the end run before it.
    if (lingerMs === 0) this.#end();
    return new Promise((resolve) => {
      this.hub.post(() => {
        this.#end();
        resolve();
      });
      if (lingerMs > 0) this.#closed = true;
    });
  }

  protected get isClosed(): boolean {
    return this.#closed;
  }

  /** Has a message delivered; `false` when the outbox is full or the socket closed. */
  protected enqueue(message: Message, deliver: () => void): boolean {
    checkMessage(message);
    if (this.#closed) return false;
    if (this.#queued >= this.limits.sendQueueMax) {
      this.#refused = true;
      return false;
    }
    this.#queued++;
    this.hub.post(() => {
      this.#queued--;
      deliver();
      if (this.#refused && !this.#closed) {
        this.#refused = false;
        callOut(this.limits.onDrain);
      }
    });
    return true;
  }

  /** Cuts the lines of all peers. */
  protected abstract cutPeers(): void;

  #end(): void {
    this.#closed = true;
    if (this.#address !== undefined) this.hub.unbind(this.#address, this);
    this.cutPeers();
  }
}
