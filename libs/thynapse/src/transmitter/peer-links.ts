import type { Log } from '@syncytium/kit';
import type { Message, SocketOptions, Sockets } from '@syncytium/transport';
import { PeerLine } from './peer-line.js';

export interface PeerLinksOptions {
  readonly sockets: Sockets;
  /** Own id and own event socket. */
  readonly id: string;
  readonly pub: string;
  readonly curve?: SocketOptions['curve'];
  readonly log: Log;
  readonly onMessage: (from: string, message: Message) => void;
  /** The line to a transmitter that was heard is lost. */
  readonly onGone: (peer: string) => void;
}

/** Lines to other transmitters, by the addresses of their event sockets. */
export class PeerLinks {
  readonly #options: PeerLinksOptions;
  readonly #lines = new Map<string, PeerLine>();

  constructor(options: PeerLinksOptions) {
    this.#options = options;
  }

  /** An address that is none came from another transmitter, and concerns nobody else. */
  link(address: string): void {
    const { log, ...rest } = this.#options;
    try {
      const onError = (error: Error): void => log.warn(`line to another transmitter: ${error.message}`, { address });
      this.#lines.set(address, new PeerLine({ ...rest, address, onError }));
    } catch (error) {
      log.warn('cannot listen to another transmitter', { address, err: error });
    }
  }

  unlink(address: string): void {
    void this.#lines.get(address)?.close();
    this.#lines.delete(address);
  }

  /** Who was told of a wrong address would else wait for ever, and nobody would know. */
  warnOfSilent(wanted: readonly string[]): void {
    const addresses = wanted.filter((address) => this.#lines.get(address)?.wasHeard !== true);
    if (addresses.length === 0) return;
    const what = 'no transmitter has answered at the event sockets that it was told to join; it goes on trying';
    this.#options.log.warn(what, { addresses });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.close()));
  }
}
