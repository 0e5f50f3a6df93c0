import { Router } from 'zeromq';
import { BoundedQueue, LimitError } from '@syncytium/kit';
import type { Message, PeerId, RouterOptions, RouterSocket } from '../sockets.js';
import {
  callOut,
  checkMessage,
  isGoodbye,
  resolveSocketOptions,
  type ResolvedSocketOptions,
} from '../socket-options.js';
import { BoundSocket } from './bound-socket.js';
import { curveServerOptions } from './curve.js';
import { isFull, nextTick, sendsPerTick } from './send-loop.js';
import { queueOf, routerNotify } from './tuning.js';

interface Outgoing {
  readonly to: PeerId;
  readonly message: Message;
}

/** How soon a peer that had no room is tried again, and one that has gone is looked for. */
const retryMs = 5;

/** How often it is looked for: a socket that always has something to be read must not keep a peer for ever. */
const looksMax = 200;

/** Most peers that are known by name; to forget them all costs only the order of a goodbye. */
const peersMax = 1_000_000;

/** zeromq.js keeps the setters of options it has no name for to itself and its subclasses. */
class NotifyingRouter extends Router {
  notifyDisconnects(): void {
    this.setInt32Option(routerNotify.option, routerNotify.disconnect);
  }
}

export class ZeromqRouter implements RouterSocket {
  readonly #options: RouterOptions;
  readonly #limits: ResolvedSocketOptions;
  readonly #socket: NotifyingRouter;
  readonly #bound: BoundSocket;
  readonly #outbox: BoundedQueue<Outgoing>;
  /** Peers that were heard of and, as far as is known, are there. */
  readonly #peers = new Set<PeerId>();
  /** Those of them that could not be reached while there was still something to be read; each has a timer. */
  readonly #leaving = new Set<PeerId>();
  /** Peers whose ØMQ queue is full, each with what waits for it. */
  readonly #behind = new Map<PeerId, BoundedQueue<Message>>();
  readonly #onIdle: (() => void)[] = [];
  #retry: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #refused = false;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
    this.#outbox = new BoundedQueue(this.#limits.sendQueueMax);
    const { curve } = options;
    this.#socket = new NotifyingRouter({
      ...curveServerOptions(curve),
      linger: 0,
      // A send answers within the call: unknown peers and full queues are reported, and nobody holds up the others.
      mandatory: true,
      sendTimeout: 0,
      maxMessageSize: this.#limits.frameBytesMax,
      sendHighWaterMark: queueOf(this.#limits.sendQueueMax),
    });
    this.#socket.notifyDisconnects();
    this.#bound = new BoundSocket({
      name: 'router socket',
      socket: this.#socket,
      sending: { idle: () => this.#idle(), stop: () => this.#stop() },
      curve,
      onMessage: (frames) => this.#receive(frames),
      onError: this.#limits.onError,
    });
  }

  bind(address: string): Promise<string> {
    return this.#bound.bind(address);
  }

  send(to: PeerId, message: Message): boolean {
    checkMessage(message);
    if (this.#bound.isClosing) return false;
    if (this.#behind.get(to)?.isFull || !this.#outbox.push({ to, message })) {
      this.#refused = true;
      return false;
    }
    this.#sending ??= this.#sendAll();
    return true;
  }

  close(lingerMs = 0): Promise<void> {
    return this.#bound.close(lingerMs);
  }

  #receive([id, ...message]: Message): void {
    if (!id || this.#bound.isClosing) return;
    const from = peerIdOf(id);
    if (isGoodbye(message)) {
      this.#onGone(from);
      return;
    }
    if (!this.#peers.has(from)) {
      if (this.#peers.size >= peersMax) this.#peers.clear();
      this.#peers.add(from);
    }
    callOut(() => this.#options.onMessage(from, message));
  }

  async #sendAll(): Promise<void> {
    let sends = 0;
    for (let next = this.#outbox.shift(); next; next = this.#outbox.shift()) {
      await this.#sendOne(next);
      if (++sends % sendsPerTick === 0) await nextTick();
      this.#tellDrained();
    }
    this.#sending = undefined;
    this.#tellIdle();
  }

  async #sendOne({ to, message }: Outgoing): Promise<void> {
    const queue = this.#behind.get(to);
    if (queue) {
      if (!queue.push(message)) this.#dropped(to);
      return;
    }
    if (await this.#trySend(to, message)) return;
    const backlog = new BoundedQueue<Message>(this.#limits.sendQueueMax);
    backlog.push(message);
    this.#behind.set(to, backlog);
    this.#retryLater();
  }

  /** `false` when the peer's queue is full. */
  async #trySend(to: PeerId, message: Message): Promise<boolean> {
    try {
      await this.#socket.send([routingIdOf(to), ...message]);
    } catch (error) {
      if (this.#socket.closed) return true;
      if (isFull(error)) return false;
      if ((error as { code?: unknown }).code === 'EHOSTUNREACH') this.#onUnreachable(to);
      else callOut(() => this.#limits.onError(error as Error));
    }
    return true;
  }

  async #retryAll(): Promise<void> {
    for (const [to, backlog] of this.#behind) {
      for (let message = backlog.peek(); message; message = backlog.peek()) {
        if (!(await this.#trySend(to, message))) break;
        backlog.shift();
      }
      if (backlog.size === 0) this.#behind.delete(to);
    }
    this.#retry = undefined;
    if (this.#behind.size > 0 && !this.#socket.closed) this.#retryLater();
    this.#tellDrained();
    this.#tellIdle();
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => void this.#retryAll(), retryMs);
  }

  /**
   * A peer that was heard of may have said something before it went that has not been read yet, and that comes first:
   * ØMQ tells of its going behind it. Where there is nothing left to read, ØMQ had no room to tell.
   */
  #onUnreachable(peer: PeerId): void {
    this.#behind.get(peer)?.clear();
    if (!this.#peers.has(peer) || !this.#socket.readable) this.#onGone(peer);
    else if (!this.#leaving.has(peer)) this.#lookLater(peer, looksMax);
  }

  #lookLater(peer: PeerId, looksLeft: number): void {
    this.#leaving.add(peer);
    setTimeout(() => {
      this.#leaving.delete(peer);
      if (!this.#peers.has(peer) || this.#socket.closed) return;
      if (looksLeft > 0 && this.#socket.readable) this.#lookLater(peer, looksLeft - 1);
      else this.#onGone(peer);
    }, retryMs);
  }

  #onGone(peer: PeerId): void {
    this.#peers.delete(peer);
    this.#behind.get(peer)?.clear();
    if (!this.#bound.isClosing) callOut(() => this.#options.onDisconnect?.(peer));
  }

  #dropped(to: PeerId): void {
    if (this.#bound.isClosing) return;
    const error = new LimitError('messages waiting for one peer', this.#limits.sendQueueMax, 'messages', { peer: to });
    callOut(() => this.#limits.onError(error));
  }

  #tellDrained(): void {
    if (!this.#refused || this.#bound.isClosing) return;
    this.#refused = false;
    callOut(this.#limits.onDrain);
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
      this.#tellIdle();
    });
  }

  #tellIdle(): void {
    if (!this.#sending && this.#behind.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #stop(): void {
    clearTimeout(this.#retry);
    this.#outbox.clear();
    this.#behind.clear();
  }
}

/** A routing id is any bytes; as text with one character per byte it can be a key. */
function peerIdOf(id: Uint8Array): PeerId {
  return (id as Buffer).toString('latin1');
}

function routingIdOf(peer: PeerId): Buffer {
  return Buffer.from(peer, 'latin1');
}
