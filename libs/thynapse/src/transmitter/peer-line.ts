import { isThid } from '@syncytium/codec';
import type { Message, SocketOptions, Sockets, SubscriberSocket } from '@syncytium/transport';
import { payloadBytesMax, peerPrefix, toPrefix } from '../wire/wire.js';

interface PeerLineOptions {
  readonly sockets: Sockets;
  /** The other transmitter's event socket. */
  readonly address: string;
  /** Own id and own event socket, by which this transmitter introduces itself. */
  readonly id: string;
  readonly pub: string;
  /** Keys of this network's transmitters: all have the same. */
  readonly curve?: SocketOptions['curve'];
  readonly onMessage: (from: string, message: Message) => void;
  /** The line to a transmitter that was heard is lost. */
  readonly onGone: (id: string) => void;
  readonly onError: (error: Error) => void;
}

/** Listens to another transmitter, whoever answers at its address, and thereby introduces its own to it. */
export class PeerLine {
  readonly #socket: SubscriberSocket;
  /** Who was heard last. */
  #from: string | undefined;

  /** Throws `AddressError`. */
  constructor({ sockets, address, id, pub, curve, onMessage, onGone, onError }: PeerLineOptions) {
    const prefix = `${toPrefix}${id}::`;
    this.#socket = sockets.subscriber({
      ...(curve && { curve: { publicKey: curve.publicKey, secretKey: curve.secretKey, serverKey: curve.publicKey } }),
      frameBytesMax: payloadBytesMax * 2,
      onMessage: ([topic, ...frames]) => {
        const from = Buffer.from(topic ?? '')
          .toString('latin1')
          .slice(prefix.length);
        if (!isThid(from)) return;
        this.#from = from;
        onMessage(from, frames);
      },
      onDisconnect: () => {
        if (this.#from !== undefined) onGone(this.#from);
      },
      onError,
    });
    // First what it wants to hear: who is introduced is told something at once.
    this.#socket.subscribe(prefix);
    this.#socket.subscribe(`${peerPrefix}${id}::${pub}`);
    this.#socket.connect(address);
  }

  /** Whether anybody there has ever said anything to this transmitter. */
  get wasHeard(): boolean {
    return this.#from !== undefined;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }
}
