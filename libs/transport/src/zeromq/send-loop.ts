import { BoundedQueue } from '@syncytium/kit';
import type { Dealer, XPublisher } from 'zeromq';
import type { Message } from '../sockets.js';
import { callOut, type ResolvedSocketOptions } from '../socket-options.js';

/**
 * ØMQ answers a send within the call; without a pause now and then a long queue would hold up everything else. It is far
 * more than what can be received in one tick (512 messages), so that whoever passes messages on keeps up.
 */
export const sendsPerTick = 4096;

export function nextTick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** `EAGAIN`: there is no room now. */
export function isFull(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'EAGAIN';
}

type Sender = Dealer | XPublisher;

/**
 * The outbox of a socket. zeromq.js allows one send at a time; this one sends in order, one after the other, several per
 * tick. The socket must have a send timeout of 0, which makes every send answer within the call. Without a socket,
 * messages wait.
 */
export class SendLoop {
  readonly #options: ResolvedSocketOptions;
  readonly #queue: BoundedQueue<Message>;
  readonly #onIdle: (() => void)[] = [];
  #socket: Sender | undefined;
  #running: Promise<void> | undefined;
  #refused = false;
  #stops = 0;

  constructor(options: ResolvedSocketOptions) {
    this.#options = options;
    this.#queue = new BoundedQueue(options.sendQueueMax);
  }

  /** How many messages wait. */
  get size(): number {
    return this.#queue.size;
  }

  push(message: Message): boolean {
    if (!this.#queue.push(message)) {
      this.#refused = true;
      return false;
    }
    this.#wake();
    return true;
  }

  /** From now on messages go out through this socket. */
  attach(socket: Sender): void {
    this.#socket = socket;
    this.#wake();
  }

  /** Messages wait again. */
  detach(): void {
    this.#socket = undefined;
  }

  /** Drops what is queued, which makes room. A send in progress ends when its socket is closed. */
  drop(): void {
    this.stop();
    if (!this.#refused) return;
    const stops = this.#stops;
    // Never from within a call to the socket.
    setImmediate(() => {
      if (stops === this.#stops) this.#tellRoom();
    });
  }

  /** Drops what is queued and sends nothing more, nor tells anything. */
  stop(): void {
    this.#stops++;
    this.#socket = undefined;
    this.#queue.clear();
    this.#tellIdle();
  }

  /** Resolves when everything that was queued is with ØMQ, or nothing more will be sent. */
  idle(): Promise<void> {
    if (this.#queue.size === 0 && !this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** With something to send, `#run` ends in a later tick at the earliest, so it never outruns this assignment. */
  #wake(): void {
    if (this.#socket && this.#queue.size > 0) this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    let sends = 0;
    while (this.#socket) {
      const message = this.#queue.shift();
      if (!message) break;
      await this.#send(this.#socket, message as Uint8Array[]);
      if (++sends % sendsPerTick === 0) await nextTick();
      this.#tellDrained();
    }
    this.#running = undefined;
    // A socket may have come while the last send of another one ended.
    this.#wake();
    if (this.#queue.size === 0) this.#tellIdle();
  }

  async #send(socket: Sender, frames: Uint8Array[]): Promise<void> {
    try {
      await socket.send(frames);
    } catch (error) {
      if (isFull(error)) await this.#sendWhenThereIsRoom(frames);
      else this.#report(socket, error);
    }
  }

  /** When the socket is replaced meanwhile, the message goes out through the new one; when all is dropped, it is too. */
  async #sendWhenThereIsRoom(frames: Uint8Array[]): Promise<void> {
    const stops = this.#stops;
    for (let socket = this.#socket; socket && stops === this.#stops; socket = this.#nextSocket(socket)) {
      try {
        socket.sendTimeout = -1;
        await socket.send(frames);
        socket.sendTimeout = 0;
        return;
      } catch (error) {
        this.#report(socket, error);
      }
    }
  }

  #nextSocket(former: Sender): Sender | undefined {
    return this.#socket === former ? undefined : this.#socket;
  }

  /** Sends that fail because their socket was closed are no news. */
  #report(socket: Sender, error: unknown): void {
    if (socket === this.#socket && !socket.closed) callOut(() => this.#options.onError(error as Error));
  }

  #tellIdle(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #tellDrained(): void {
    if (this.#socket) this.#tellRoom();
  }

  #tellRoom(): void {
    if (!this.#refused) return;
    this.#refused = false;
    callOut(this.#options.onDrain);
  }
}
