import { decodeFrame } from '@syncytium/codec';
import { SyncytiumError, type Log } from '@syncytium/kit';
import type { Message, PublisherSocket, SocketOptions, Sockets } from '@syncytium/transport';
import { PrefixSet } from '../patterns/prefix-set.js';
import { expandRun } from '../wire/event-run.js';
import { payloadBytesMax } from '../wire/wire.js';
import type { LaterEvents } from './later-events.js';
import { Unpublished } from './unpublished.js';

export interface EventPublisherOptions {
  readonly sockets: Sockets;
  readonly curve?: SocketOptions['curve'];
  /** Most messages in the socket's queue, and in that of each subscriber. */
  readonly queueMax?: number;
  readonly log: Log;
  /** Somebody wants what begins so, or nobody wants it any more. */
  readonly onSubscription: (topic: Uint8Array, wanted: boolean) => void;
  /** Events cannot be published as fast as they come, or can again. */
  readonly onCongested: (congested: boolean) => void;
}

/** Most bytes that wait for the event socket. */
const unpublishedBytesMax = 16 * 1024 * 1024;

/** A transmitter's event socket, for cells that subscribe there, and for other transmitters. */
export class EventPublisher {
  readonly #options: EventPublisherOptions;
  readonly #socket: PublisherSocket;
  /** What found no place in the socket's queue; while there is any, no more events are accepted. */
  readonly #unpublished = new Unpublished(unpublishedBytesMax);
  /** Topics that somebody subscribed to. */
  readonly #subscribed = new PrefixSet();

  constructor(options: EventPublisherOptions) {
    const { sockets, curve, queueMax, log, onSubscription } = options;
    this.#options = options;
    this.#socket = sockets.publisher({
      ...(curve && { curve }),
      ...(queueMax !== undefined && { sendQueueMax: queueMax }),
      frameBytesMax: payloadBytesMax * 2,
      onSubscription: (topic, wanted) => {
        const prefix = Buffer.from(topic).toString('utf8');
        if (wanted) this.#subscribed.add(prefix);
        else this.#subscribed.delete(prefix);
        onSubscription(topic, wanted);
      },
      onDrain: () => this.#sendMore(),
      onError: (error) => log.warn(`event socket: ${error.message}`),
    });
  }

  /** Messages that found no room, since the start. */
  get dropped(): number {
    return this.#unpublished.dropped;
  }

  /** Resolves with the address. Throws `AddressError`. */
  bind(address: string): Promise<string> {
    return this.#socket.bind(address);
  }

  /** One event, where somebody wants it. */
  publish(channel: string, frame: Uint8Array): void {
    if (this.#subscribed.covers(channel)) this.send([Buffer.from(channel), frame]);
  }

  /** Events whose frames are made only where somebody wants them. */
  publishLater(channel: string, events: LaterEvents): void {
    if (!this.#subscribed.covers(channel)) return;
    for (const frame of events.frames()) this.send([Buffer.from(channel), frame]);
  }

  /** Who subscribes gets every event of a run as a frame of its own. */
  publishRun(channel: string, run: Uint8Array): void {
    if (!this.#subscribed.covers(channel)) return;
    try {
      for (const frame of expandRun(decodeFrame(run))) this.send([Buffer.from(channel), frame]);
    } catch (error) {
      if (!(error instanceof SyncytiumError)) throw error;
      this.#options.log.warn('a run of events that cannot be read was not published', { channel, err: error });
    }
  }

  send(message: Message): void {
    const isFirst = this.#unpublished.size === 0;
    if (isFirst && this.#socket.send(message)) return;
    this.#unpublished.add(message);
    if (isFirst) this.#options.onCongested(true);
  }

  close(lingerMs: number): Promise<void> {
    return this.#socket.close(lingerMs);
  }

  #sendMore(): void {
    this.#unpublished.flush((message) => this.#socket.send(message));
    if (this.#unpublished.size === 0) this.#options.onCongested(false);
  }
}
