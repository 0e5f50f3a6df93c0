import { Dealer } from 'zeromq';
import type { DealerOptions, DealerSocket, Message } from '../sockets.js';
import {
  alreadyConnected,
  callOut,
  checkMessage,
  isGoodbye,
  resolveSocketOptions,
  type ResolvedSocketOptions,
} from '../socket-options.js';
import { connectAddress, type ZeromqAddress } from './address.js';
import { closeSocket } from './close-socket.js';
import { curveClientOptions, type CurveClientOptions } from './curve.js';
import { monitor } from './monitor.js';
import { receiveAll } from './receive-loop.js';
import { SendLoop } from './send-loop.js';
import { queueOf, reconnectOptions } from './tuning.js';

interface Line {
  readonly address: string;
  readonly socket: Dealer;
  readonly ended: Promise<unknown>;
}

/**
 * A line is a ØMQ socket of its own: what was queued for one router must never reach another, and zeromq.js may miss
 * messages when a socket that waits for them is connected once more.
 */
export class ZeromqDealer implements DealerSocket {
  readonly #options: DealerOptions;
  readonly #limits: ResolvedSocketOptions;
  readonly #curve: CurveClientOptions | undefined;
  readonly #sending: SendLoop;
  #line: Line | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: DealerOptions) {
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
    this.#sending = new SendLoop(this.#limits);
    this.#curve = curveClientOptions(options.curve);
  }

  get waiting(): number {
    return this.#sending.size;
  }

  connect(address: string): void {
    if (this.#closing || address === this.#line?.address) return;
    if (this.#line) throw alreadyConnected(address, this.#line.address);
    this.#open(connectAddress(address));
  }

  disconnect(address: string): void {
    const line = this.#line;
    if (line?.address !== address) return;
    this.#line = undefined;
    this.#sending.drop();
    void closeSocket(line, 0);
  }

  send(message: Message): boolean {
    checkMessage(message);
    return this.#closing ? false : this.#sending.push(message);
  }

  close(lingerMs = 0): Promise<void> {
    this.#closing ??= this.#close(lingerMs);
    return this.#closing;
  }

  async #close(lingerMs: number): Promise<void> {
    if (this.#line) await closeSocket({ ...this.#line, sending: this.#sending }, lingerMs);
    else this.#sending.stop();
  }

  #open({ address, ipv6 }: ZeromqAddress): void {
    const socket = new Dealer({
      ...this.#curve,
      ...reconnectOptions,
      ipv6,
      linger: 0,
      sendTimeout: 0,
      maxMessageSize: this.#limits.frameBytesMax,
      sendHighWaterMark: queueOf(this.#limits.sendQueueMax),
    });
    const isCurrent = (): boolean => this.#line?.socket === socket;
    const isOpen = (): boolean => isCurrent() && !this.#closing;
    const monitoring = monitor(socket, {
      end: { binds: false, hasKeys: this.#curve !== undefined },
      onConnect: () => {
        // Not before: ØMQ would lose what it holds for a line that was never let in.
        if (isCurrent()) this.#sending.attach(socket);
        if (isOpen()) this.#options.onConnect?.();
      },
      onDisconnect: () => {
        if (isOpen()) this.#options.onDisconnect?.();
      },
      onError: (error) => {
        if (isOpen()) this.#limits.onError(error);
      },
      onGivenUp: () => {
        if (!isOpen() || !this.#line) return;
        this.#sending.detach();
        void closeSocket(this.#line, 0);
        this.#open({ address, ipv6 });
      },
    });
    socket.connect(address);
    const receiving = receiveAll(socket, (message) => {
      if (isOpen() && !isGoodbye(message)) callOut(() => this.#options.onMessage(message));
    });
    this.#line = { address, socket, ended: Promise.all([monitoring, receiving]) };
  }
}
