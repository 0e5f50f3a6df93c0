import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** One client's connection: its unanswered requests, and who must be told when it is lost. */
interface Connection {
  readonly tracker: Connections;
  unanswered: number;
  isOpen: boolean;
  /** Mostly one at a time: a set that is filled and emptied with every request would be a good part of what the host costs. */
  onLost: (() => void) | Set<() => void> | undefined;
}

const connectionKey: unique symbol = Symbol('connection');
type TrackedSocket = Socket & { [connectionKey]?: Connection };

/**
 * Knows every open connection and how many requests are unanswered. A lost connection is told to its requests here and
 * not by their own events: Node emits none for a request that is queued behind another one of its connection.
 */
export class Connections {
  readonly #sockets = new Set<TrackedSocket>();
  /** Below those of TLS: a client that never shakes hands has no other. */
  readonly #rawSockets = new Set<Socket>();
  #unanswered = 0;
  #onIdle: (() => void)[] = [];

  get size(): number {
    return this.#sockets.size;
  }

  /** Requests whose answer is not yet handed to the system. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Starts to track a new connection. */
  add(socket: TrackedSocket): void {
    const connection: Connection = { tracker: this, unanswered: 0, isOpen: true, onLost: undefined };
    socket[connectionKey] = connection;
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      connection.isOpen = false;
      this.#unanswered -= connection.unanswered;
      const { onLost } = connection;
      connection.onLost = undefined;
      if (onLost instanceof Set) for (const tell of onLost) tell();
      else onLost?.();
      this.#checkIdle();
    });
  }

  has(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  /** Starts to track what is to become a connection of TLS. */
  addHandshake(socket: Socket): void {
    this.#rawSockets.add(socket);
    socket.once('close', () => this.#rawSockets.delete(socket));
  }

  /** Counts a request until its answer is out or its connection lost; returns how many its connection now has. */
  begin(request: IncomingMessage, response: ServerResponse): number {
    const connection = (request.socket as TrackedSocket)[connectionKey];
    if (!connection?.isOpen) return 0;
    this.#unanswered++;
    connection.unanswered++;
    response.on('close', noteAnswered);
    return connection.unanswered;
  }

  /** An answer is out. */
  end(connection: Connection): void {
    connection.unanswered--;
    this.#unanswered--;
    this.#checkIdle();
  }

  /** Calls back once when no request is unanswered, at once when that is so already. */
  whenIdle(callback: () => void): void {
    this.#onIdle.push(callback);
    this.#checkIdle();
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const socket of this.#rawSockets) socket.destroy();
  }

  #checkIdle(): void {
    if (this.#unanswered === 0 && this.#onIdle.length > 0) for (const tell of this.#onIdle.splice(0)) tell();
  }
}

/** One function for all responses: a closure for each would be a good part of what the host costs. */
function noteAnswered(this: ServerResponse): void {
  const connection = (this.req.socket as TrackedSocket)[connectionKey];
  if (connection?.isOpen) connection.tracker.end(connection);
}

/**
 * Calls back when the connection of a request is lost, at once when it already is. The returned function takes that
 * back, and must be called when the request is answered.
 */
export function onConnectionLost(request: IncomingMessage, callback: () => void): () => void {
  const connection = (request.socket as TrackedSocket)[connectionKey];
  // A request that a test injects has no connection to lose.
  if (connection === undefined) return () => undefined;
  if (!connection.isOpen) {
    callback();
    return () => undefined;
  }
  const { onLost } = connection;
  if (onLost === undefined) connection.onLost = callback;
  else if (onLost instanceof Set) onLost.add(callback);
  else connection.onLost = new Set([onLost, callback]);
  return () => forgetLost(connection, callback);
}

function forgetLost(connection: Connection, callback: () => void): void {
  if (connection.onLost === callback) connection.onLost = undefined;
  else if (connection.onLost instanceof Set) connection.onLost.delete(callback);
}
