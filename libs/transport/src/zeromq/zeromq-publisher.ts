import { XPublisher } from 'zeromq';
import { ClosedError } from '@syncytium/kit';
import type { Message, PublisherOptions, PublisherSocket } from '../sockets.js';
import {
  alreadyBound,
  callOut,
  checkMessage,
  resolveSocketOptions,
  type ResolvedSocketOptions,
} from '../socket-options.js';
import { bindAddress, bindError } from './address.js';
import { openAdmission, type Admission } from './admission.js';
import { closeSocket } from './close-socket.js';
import { curveServerOptions } from './curve.js';
import { monitor } from './monitor.js';
import { receiveAll } from './receive-loop.js';
import { SendLoop } from './send-loop.js';

/** First byte of what subscribers send; the rest is the topic. */
const subscribed = 1;
const unsubscribed = 0;

/** An XPUB socket: to subscribers it is a PUB, and here it also tells who subscribes to what. */
export class ZeromqPublisher implements PublisherSocket {
  readonly #options: PublisherOptions;
  readonly #limits: ResolvedSocketOptions;
  readonly #socket: XPublisher;
  readonly #sending: SendLoop;
  #admission: Admission | undefined;
  #address: string | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
    const curve = curveServerOptions(options.curve);
    this.#socket = new XPublisher({
      ...curve,
      linger: 0,
      sendTimeout: 0,
      maxMessageSize: this.#limits.frameBytesMax,
      sendHighWaterMark: this.#limits.sendQueueMax,
    });
    this.#sending = new SendLoop(this.#limits);
    this.#sending.attach(this.#socket);
  }

  async bind(address: string): Promise<string> {
    const { ipv6 } = await Promise.resolve(address).then(bindAddress);
    if (this.#closing) throw new ClosedError('publisher socket');
    if (this.#address !== undefined) throw alreadyBound(address, this.#address);
    if (ipv6) this.#socket.ipv6 = true;
    await this.#openAdmission();
    try {
      this.#socket.bindSync(address);
    } catch (cause) {
      throw bindError(address, cause);
    }
    this.#address = this.#socket.lastEndpoint ?? address;
    const onError = (error: Error): void => {
      if (!this.#closing) this.#limits.onError(error);
    };
    const monitoring = monitor(this.#socket, { onError });
    const receiving = receiveAll(this.#socket, (message) => this.#receive(message));
    this.#ended = Promise.all([monitoring, receiving]);
    return this.#address;
  }

  send(message: Message): boolean {
    checkMessage(message);
    return this.#closing ? false : this.#sending.push(message);
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
      throw new ClosedError('publisher socket');
    }
    this.#admission = admission;
    this.#socket.zapDomain = admission.domain;
    this.#socket.zapEnforceDomain = true;
  }

  async #close(lingerMs: number): Promise<void> {
    await closeSocket({ socket: this.#socket, sending: this.#sending, ended: this.#ended }, lingerMs);
    this.#admission?.release();
  }

  #receive([frame]: Message): void {
    const kind = frame?.[0];
    if (!frame || this.#closing || (kind !== subscribed && kind !== unsubscribed)) return;
    callOut(() => this.#options.onSubscription?.(frame.subarray(1), kind === subscribed));
  }
}
