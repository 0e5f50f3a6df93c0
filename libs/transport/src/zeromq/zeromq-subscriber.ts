import { Subscriber } from 'zeromq';
import type { SubscriberOptions, SubscriberSocket } from '../sockets.js';
import { callOut, resolveSocketOptions, type ResolvedSocketOptions } from '../socket-options.js';
import { connectAddress, type ZeromqAddress } from './address.js';
import { closeSocket } from './close-socket.js';
import { curveClientOptions, type CurveClientOptions } from './curve.js';
import { monitor } from './monitor.js';
import { receiveAll } from './receive-loop.js';
import { reconnectOptions } from './tuning.js';

interface Line {
  readonly socket: Subscriber;
  readonly ended: Promise<unknown>;
}

/** One ØMQ socket per publisher: see the dealer for why. */
export class ZeromqSubscriber implements SubscriberSocket {
  readonly #options: SubscriberOptions;
  readonly #limits: ResolvedSocketOptions;
  readonly #curve: CurveClientOptions | undefined;
  readonly #lines = new Map<string, Line>();
  readonly #topics = new Map<string, Buffer>();
  #closing: Promise<void> | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
    this.#curve = curveClientOptions(options.curve);
  }

  connect(address: string): void {
    if (this.#closing || this.#lines.has(address)) return;
    this.#open(connectAddress(address));
  }

  disconnect(address: string): void {
    const line = this.#lines.get(address);
    this.#lines.delete(address);
    if (line) void closeSocket(line, 0);
  }

  subscribe(topic: Uint8Array | string): void {
    const bytes = Buffer.from(topic);
    const key = bytes.toString('latin1');
    if (this.#closing || this.#topics.has(key)) return;
    this.#topics.set(key, bytes);
    for (const { socket } of this.#lines.values()) socket.subscribe(bytes);
  }

  unsubscribe(topic: Uint8Array | string): void {
    const bytes = Buffer.from(topic);
    if (this.#closing || !this.#topics.delete(bytes.toString('latin1'))) return;
    for (const { socket } of this.#lines.values()) socket.unsubscribe(bytes);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#lines.values()].map((line) => closeSocket(line, 0))).then(() => undefined);
    return this.#closing;
  }

  #open({ address, ipv6 }: ZeromqAddress): void {
    const socket = new Subscriber({
      ...this.#curve,
      ...reconnectOptions,
      ipv6,
      linger: 0,
      maxMessageSize: this.#limits.frameBytesMax,
    });
    const isOpen = (): boolean => this.#lines.get(address)?.socket === socket && !this.#closing;
    const monitoring = monitor(socket, {
      end: { binds: false, hasKeys: this.#curve !== undefined },
      onConnect: () => {
        if (isOpen()) this.#options.onConnect?.();
      },
      onDisconnect: () => {
        if (isOpen()) this.#options.onDisconnect?.();
      },
      onError: (error) => {
        if (isOpen()) this.#limits.onError(error);
      },
      onGivenUp: () => {
        const line = this.#lines.get(address);
        if (!isOpen() || !line) return;
        void closeSocket(line, 0);
        this.#open({ address, ipv6 });
      },
    });
    socket.connect(address);
    if (this.#topics.size > 0) socket.subscribe(...this.#topics.values());
    const receiving = receiveAll(socket, (message) => {
      if (isOpen()) callOut(() => this.#options.onMessage(message));
    });
    this.#lines.set(address, { socket, ended: Promise.all([monitoring, receiving]) });
  }
}
