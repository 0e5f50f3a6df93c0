import { XPublisher } from 'zeromq';
import type { Message, PublisherOptions, PublisherSocket } from '../sockets.js';
import { callOut, checkMessage, resolveSocketOptions, type ResolvedSocketOptions } from '../socket-options.js';
import { BoundSocket } from './bound-socket.js';
import { curveServerOptions } from './curve.js';
import { SendLoop } from './send-loop.js';

/** First byte of what subscribers send; the rest is the topic. */
const subscribed = 1;
const unsubscribed = 0;

/** An XPUB socket: to subscribers it is a PUB, and here it also tells who subscribes to what. */
export class ZeromqPublisher implements PublisherSocket {
  readonly #options: PublisherOptions;
  readonly #limits: ResolvedSocketOptions;
  readonly #sending: SendLoop;
  readonly #bound: BoundSocket;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#limits = resolveSocketOptions(options);
    const { curve } = options;
    const socket = new XPublisher({
      ...curveServerOptions(curve),
      linger: 0,
      sendTimeout: 0,
      maxMessageSize: this.#limits.frameBytesMax,
      sendHighWaterMark: this.#limits.sendQueueMax,
    });
    this.#sending = new SendLoop(this.#limits);
    this.#sending.attach(socket);
    this.#bound = new BoundSocket({
      name: 'publisher socket',
      socket,
      sending: this.#sending,
      curve,
      onMessage: (message) => this.#receive(message),
      onError: this.#limits.onError,
    });
  }

  bind(address: string): Promise<string> {
    return this.#bound.bind(address);
  }

  send(message: Message): boolean {
    checkMessage(message);
    return this.#bound.isClosing ? false : this.#sending.push(message);
  }

  close(lingerMs = 0): Promise<void> {
    return this.#bound.close(lingerMs);
  }

  #receive([frame]: Message): void {
    const kind = frame?.[0];
    if (!frame || this.#bound.isClosing || (kind !== subscribed && kind !== unsubscribed)) return;
    callOut(() => this.#options.onSubscription?.(frame.subarray(1), kind === subscribed));
  }
}
