import { randomThid } from '@syncytium/codec';
import type { Prng } from '@syncytium/kit';
import type { Message, Sockets, SocketOptions, SubscriberSocket } from '@syncytium/transport';
import { payloadBytesMax, syncPrefix, toPrefix } from './wire.js';

export interface EventLineOptions {
  readonly sockets: Sockets;
  readonly prng: Prng;
  readonly curve?: SocketOptions['curve'];
  readonly onEvent: (channel: string, frames: Message) => void;
  readonly onError: (error: Error) => void;
}

/** Being heard is asked twice: see {@link EventLine.sync}. */
const roundsOfSync = 2;

/**
 * A cell's line to the events of its transmitter: which channels it wants, by their beginnings, and the certainty that
 * they come.
 */
export class EventLine {
  readonly #prng: Prng;
  readonly #onEvent: EventLineOptions['onEvent'];
  readonly #socket: SubscriberSocket;
  /** How many listeners want each beginning. */
  readonly #wanted = new Map<string, number>();
  readonly #asked = new Map<string, () => void>();
  #address: string | undefined;
  #breaks = 0;

  constructor({ sockets, prng, curve, onEvent, onError }: EventLineOptions) {
    this.#prng = prng;
    this.#onEvent = onEvent;
    this.#socket = sockets.subscriber({
      ...(curve && { curve }),
      frameBytesMax: payloadBytesMax * 2,
      onMessage: (message) => this.#receive(message),
      onDisconnect: () => this.#breaks++,
      onError,
    });
  }

  /** Listens at this address and no other. */
  open(address: string): void {
    if (address === this.#address) return;
    if (this.#address !== undefined) this.#socket.disconnect(this.#address);
    this.#breaks++;
    this.#address = address;
    this.#socket.connect(address);
  }

  want(prefix: string): void {
    const count = this.#wanted.get(prefix) ?? 0;
    this.#wanted.set(prefix, count + 1);
    if (count === 0) this.#socket.subscribe(prefix);
  }

  unwant(prefix: string): void {
    const count = this.#wanted.get(prefix) ?? 0;
    if (count > 1) this.#wanted.set(prefix, count - 1);
    else if (this.#wanted.delete(prefix)) this.#socket.unsubscribe(prefix);
  }

  /**
   * Resolves when everything that is wanted now really comes. A publisher learns of subscriptions in the order in which
   * they were made, except those that are repeated on a new line: so a subscription that is answered shows that the line
   * stands, and a second one, made after that, that all earlier ones are in force.
   */
  async sync(): Promise<void> {
    for (;;) {
      const breaks = this.#breaks;
      for (let round = 0; round < roundsOfSync; round++) await this.#ask();
      if (breaks === this.#breaks) return;
    }
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  async #ask(): Promise<void> {
    const topic = syncPrefix + randomThid(this.#prng);
    const answered = new Promise<void>((resolve) => this.#asked.set(topic, resolve));
    this.#socket.subscribe(topic);
    await answered;
    this.#asked.delete(topic);
    this.#socket.unsubscribe(topic);
  }

  #receive([topic, ...frames]: Message): void {
    if (!topic) return;
    const channel = Buffer.from(topic.buffer, topic.byteOffset, topic.byteLength).toString('utf8');
    const answer = this.#asked.get(channel);
    if (answer) answer();
    // What transmitters tell each other is no event.
    else if (!channel.startsWith(toPrefix)) this.#onEvent(channel, frames);
  }
}
