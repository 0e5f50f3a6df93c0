/**
 * Message sockets in the manner of ØMQ: a message is a list of frames, a frame is bytes, a message arrives whole or not
 * at all. Two drivers pass the same conformance suite: `zeromq` (real sockets) and `memory` (one process, no sockets).
 *
 * Addresses: `tcp://HOST:PORT` (port 0 or `*` binds any free port), `ipc://PATH`; the memory driver takes any text.
 * Callbacks are called one at a time and never from within a call to the socket. Frames belong to the socket once they
 * are sent, and to nobody once they are received: neither side changes them.
 *
 * @see docs/spec/sockets.md
 */
export interface Sockets {
  /** Which driver this is, for people: `zeromq`, `memory`. */
  readonly driver: string;
  /** Talks to many dealers and can answer each. */
  router(options: RouterOptions): RouterSocket;
  /** Talks to one router. */
  dealer(options: DealerOptions): DealerSocket;
  /** Sends to everybody who subscribed. */
  publisher(options: PublisherOptions): PublisherSocket;
  /** Receives from any number of publishers what it subscribed to. */
  subscriber(options: SubscriberOptions): SubscriberSocket;
}

/**
 * One or more frames; the first is the topic of a published message. Between dealer and router, a message of one empty
 * frame is not carried: the wire uses it for itself.
 */
export type Message = readonly Uint8Array[];

/** Names a connected dealer to its router: opaque, stable while it is connected, another one after a reconnect. */
export type PeerId = string;

export interface SocketOptions {
  /**
   * Most messages waiting to be sent on this socket (10,000 unless told). A router has as many places again for every
   * peer that does not keep up, a publisher for every such subscriber; what finds no place there is dropped.
   */
  readonly sendQueueMax?: number;
  /** Most bytes in one incoming frame (64 MiB unless told); a peer that sends more is disconnected. */
  readonly frameBytesMax?: number;
  /** What goes wrong outside any call: a refused handshake, a message that could not be sent. */
  readonly onError?: (error: Error) => void;
  /** There is room again after a `send` that gave `false`. */
  readonly onDrain?: () => void;
  /** CURVE keys of this end; a driver without encryption refuses them. */
  readonly curve?: CurveOptions;
}

/** Z85-encoded CURVE keys, 40 characters each. */
export interface CurveOptions {
  readonly publicKey: string;
  readonly secretKey: string;
  /** On the connecting side: the public key the other side must have. On the binding side: absent. */
  readonly serverKey?: string;
  /** On the binding side: which public keys may connect; all when absent. */
  readonly allow?: (publicKey: string) => boolean;
}

export interface RouterOptions extends SocketOptions {
  readonly onMessage: (from: PeerId, message: Message) => void;
  /**
   * A peer is gone: its line was lost, or a message for it found nobody. A peer may also go unnoticed (a pulled cable),
   * so protocols need heartbeats as well.
   */
  readonly onDisconnect?: (peer: PeerId) => void;
}

export interface DealerOptions extends SocketOptions {
  readonly onMessage: (message: Message) => void;
  /** The line to the router was lost; the driver goes on trying until it is closed. */
  readonly onDisconnect?: () => void;
  /** The line stands (again). */
  readonly onConnect?: () => void;
}

export interface PublisherOptions extends SocketOptions {
  /** A subscriber asked for a topic prefix for the first time, or nobody wants it any more. */
  readonly onSubscription?: (topic: Uint8Array, wanted: boolean) => void;
}

export interface SubscriberOptions extends SocketOptions {
  readonly onMessage: (message: Message) => void;
  /** A line to a publisher was lost: what is published meanwhile is missed. The driver goes on trying. */
  readonly onDisconnect?: () => void;
  /** A line to a publisher stands (again), and the subscriptions are on their way to it. */
  readonly onConnect?: () => void;
}

interface Socket {
  /**
   * Gives back the socket; what is queued is sent for at most `lingerMs` (0 unless told). No callback is called after
   * it; sends give `false`. Closing again does nothing.
   */
  close(lingerMs?: number): Promise<void>;
}

export interface RouterSocket extends Socket {
  /**
   * Resolves with the address that peers connect to (with the real port). Throws `AddressError` (`address_in_use`, ...),
   * and `InvalidArgumentError` when it is bound already: a socket binds one address.
   */
  bind(address: string): Promise<string>;
  /**
   * Queues a message; `false` when the queue is full: nothing was queued. Whether the peer exists shows later: a
   * message for nobody is reported to `onDisconnect`.
   */
  send(to: PeerId, message: Message): boolean;
}

export interface DealerSocket extends Socket {
  /**
   * Returns at once; messages are queued until the line stands. Throws `AddressError` (`address_invalid`), and
   * `InvalidArgumentError` when it is connected to another address already.
   */
  connect(address: string): void;
  /** How many messages are queued here: while it grows, whoever sends had better wait or send less. */
  readonly waiting: number;
  /** Gives up the line, and what is queued for it. */
  disconnect(address: string): void;
  /** Queues a message; `false` when the queue is full: nothing was queued. */
  send(message: Message): boolean;
}

export interface PublisherSocket extends Socket {
  /** As a router's. */
  bind(address: string): Promise<string>;
  /** Queues a message for all subscribers of its first frame's prefix; `false` when the queue is full. */
  send(message: Message): boolean;
}

export interface SubscriberSocket extends Socket {
  /** Returns at once. Throws `AddressError` (`address_invalid`). */
  connect(address: string): void;
  disconnect(address: string): void;
  /** Receives messages whose first frame begins with `topic`; asking twice is the same as asking once. */
  subscribe(topic: Uint8Array | string): void;
  unsubscribe(topic: Uint8Array | string): void;
}
