import { Router } from 'zeromq';
import { BoundedQueue, ClosedError, LimitError } from '@syncytium/kit';
import type { Message, PeerId, RouterOptions, RouterSocket } from '../sockets.js';
import {
  alreadyBound,
  callOut,
  checkMessage,
  isGoodbye,
  resolveSocketOptions,
  type ResolvedSocketOptions,
} from '../socket-options.js';
import { bindAddress, bindError } from './address.js';
import { openAdmission, type Admission } from './admission.js';
import { closeSocket } from './close-socket.js';
import { curveServerOptions } from './curve.js';
import { monitor } from './monitor.js';
import { receiveAll } from './receive-loop.js';
import { isFull, nextTick, sendsPerTick } from './send-loop.js';
import { queueOf, routerNotify } from './tuning.js';

interface Outgoing {
  readonly to: PeerId;
  readonly message: Message;
}

/** How soon a peer that had no room is tried again. */
const retryMs = 5;

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
  #admission: Admission | undefined;
  readonly #outbox: BoundedQueue<Outgoing>;
  /** Peers that were heard of and, as far as is known, are there. */
  readonly #peers = new Set<PeerId>();
  /** Peers whose ØMQ queue is full, each with what waits for it. */
  readonly #behind = new Map<PeerId, BoundedQueue<Message>>();
  readonly #onIdle: (() => void)[] = [];
  #retry: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #refused = false;
  #address: string | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
    this.#outbox = new BoundedQueue(this.#limits.sendQueueMax);
    const curve = curveServerOptions(options.curve);
    this.#socket = new NotifyingRouter({
      ...curve,
      linger: 0,
      // A send answers within the call: unknown peers and full queues are reported, and nobody holds up the others.
      mandatory: true,
      sendTimeout: 0,
      maxMessageSize: this.#limits.frameBytesMax,
      sendHighWaterMark: queueOf(this.#limits.sendQueueMax),
    });
    this.#socket.notifyDisconnects();
  }

  async bind(address: string): Promise<string> {
    const { ipv6 } = await Promise.resolve(address).then(bindAddress);
    if (this.#closing) throw new ClosedError('router socket');
    if (this.#address !== undefined) throw alreadyBound(address, this.#address);
    if (ipv6) this.#socket.ipv6 = true;
    await this.#openAdmission();
    try {
      // The asynchronous form would lock the socket meanwhile; only a host name makes this one take long.
      this.#socket.bindSync(address);
    } catch (cause) {
      throw bindError(address, cause);
    }
    this.#address = this.#socket.lastEndpoint ?? address;
    const onError = (error: Error): void => {
      if (!this.#closing) this.#limits.onError(error);
    };
    const monitoring = monitor(this.#socket, { onError });
    const receiving = receiveAll(this.#socket, (frames) => this.#receive(frames));
    this.#ended = Promise.all([monitoring, receiving]);
    return this.#address;
  }

  send(to: PeerId, message: Message): boolean {
    checkMessage(message);
    if (this.#closing) return false;
    if (this.#behind.get(to)?.isFull || !this.#outbox.push({ to, message })) {
      this.#refused = true;
      return false;
    }
    this.#sending ??= this.#sendAll();
    return true;
  }

  close(lingerMs = 0): Promise<void> {
    this.#closing ??= this.#close(lingerMs);
    return this.#closing;
  }

  /** Without an allow-list, whoever has keys may connect; with one that cannot be asked, nobody. */
  async #openAdmission(): Promise<void> {
    const allow = this.#options.curve?.allow;
    if (!allow || this.#admission) return;
    const admission = await openAdmission(allow);
    if (this.#closing) {
      admission.release();
      throw new ClosedError('router socket');
    }
    this.#admission = admission;
    this.#socket.zapDomain = admission.domain;
    this.#socket.zapEnforceDomain = true;
  }

  async #close(lingerMs: number): Promise<void> {
    const sending = { idle: () => this.#idle(), stop: () => this.#stop() };
    await closeSocket({ socket: this.#socket, sending, ended: this.#ended }, lingerMs);
    this.#admission?.release();
  }

  #receive([id, ...message]: Message): void {
    if (!id || this.#closing) return;
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
    else this.#checkLater(peer);
  }

  #checkLater(peer: PeerId): void {
    setTimeout(() => {
      if (this.#peers.has(peer) && !this.#socket.closed) this.#onUnreachable(peer);
    }, retryMs);
  }

  #onGone(peer: PeerId): void {
    this.#peers.delete(peer);
    this.#behind.get(peer)?.clear();
    if (!this.#closing) callOut(() => this.#options.onDisconnect?.(peer));
  }

  #dropped(to: PeerId): void {
    if (this.#closing) return;
    const error = new LimitError('messages waiting for one peer', this.#limits.sendQueueMax, 'messages', { peer: to });
    callOut(() => this.#limits.onError(error));
  }

  #tellDrained(): void {
    if (!this.#refused || this.#closing) return;
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
