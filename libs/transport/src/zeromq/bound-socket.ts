import type { Router, XPublisher } from 'zeromq';
import { ClosedError } from '@syncytium/kit';
import { alreadyBound } from '../socket-options.js';
import type { CurveOptions, Message } from '../sockets.js';
import { bindAddress, bindError } from './address.js';
import { openAdmission, type Admission } from './admission.js';
import { closeSocket, type Sending } from './close-socket.js';
import { monitor } from './monitor.js';
import { receiveAll } from './receive-loop.js';

export interface BoundSocketOptions {
  /** What it is, for people: `router socket`. */
  readonly name: string;
  readonly socket: Router | XPublisher;
  /** The outbox. */
  readonly sending: Sending;
  readonly curve: CurveOptions | undefined;
  readonly onMessage: (frames: Message) => void;
  readonly onError: (error: Error) => void;
}

/** A ØMQ socket that binds one address, and everything that lives as long as it does. */
export class BoundSocket {
  readonly #options: BoundSocketOptions;
  /** Set as soon as it begins to bind, so that nobody else does meanwhile. */
  #address: string | undefined;
  #admission: Admission | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: BoundSocketOptions) {
    this.#options = options;
  }

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Resolves with the address that peers connect to. A failure leaves it free to bind another one. */
  async bind(text: string): Promise<string> {
    const { address, ipv6 } = await Promise.resolve(text).then(bindAddress);
    this.#checkOpen();
    if (this.#address !== undefined) throw alreadyBound(address, this.#address);
    this.#address = address;
    try {
      await this.#openAdmission();
      this.#checkOpen();
      this.#address = this.#bindNow(address, ipv6);
    } catch (error) {
      this.#address = undefined;
      throw error;
    }
    return this.#address;
  }

  close(lingerMs: number): Promise<void> {
    this.#closing ??= this.#close(lingerMs);
    return this.#closing;
  }

  async #close(lingerMs: number): Promise<void> {
    const { socket, sending } = this.#options;
    await closeSocket({ socket, sending, ended: this.#ended }, lingerMs);
    this.#admission?.release();
  }

  #bindNow(address: string, ipv6: boolean): string {
    const { socket, curve, onMessage, onError } = this.#options;
    if (ipv6) socket.ipv6 = true;
    try {
      // The asynchronous form would lock the socket meanwhile; only a host name makes this one take long.
      socket.bindSync(address);
    } catch (cause) {
      throw bindError(address, cause);
    }
    const monitoring = monitor(socket, {
      end: { binds: true, hasKeys: curve !== undefined },
      onError: (error) => {
        if (!this.isClosing) onError(error);
      },
    });
    this.#ended = Promise.all([monitoring, receiveAll(socket, onMessage)]);
    return socket.lastEndpoint ?? address;
  }

  /** Without an allow-list, whoever has keys may connect; with one that cannot be asked, nobody. */
  async #openAdmission(): Promise<void> {
    const { socket, curve } = this.#options;
    if (!curve?.allow || this.#admission) return;
    const admission = await openAdmission(curve.allow);
    if (this.isClosing) {
      admission.release();
      return;
    }
    this.#admission = admission;
    socket.zapDomain = admission.domain;
    socket.zapEnforceDomain = true;
  }

  #checkOpen(): void {
    if (this.isClosing) throw new ClosedError(this.#options.name);
  }
}
