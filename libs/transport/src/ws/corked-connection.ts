import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { WsLimits } from './limits.js';
import { closeCodes, type WsConnection, type WsHandlers } from './ws-connection.js';

export interface CorkedConnectionOptions {
  readonly ws: WebSocket;
  /** The socket underneath, after the handshake. */
  readonly socket: Socket;
  readonly limits: WsLimits;
  /** A handler threw; the connection is closed with 1011. */
  readonly onHandlerError: (error: unknown) => void;
}

/** A socket of `ws` whose messages of one turn of the event loop leave in one write, and that reads as fast as it is read. */
export class CorkedConnection implements WsConnection {
  readonly remoteAddress: string;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #limits: WsLimits;
  readonly #onHandlerError: (error: unknown) => void;
  #isCorked = false;
  /** The owner wants nothing to be read. */
  #isPaused = false;
  /** The peer does not read what we send, so we do not read either. */
  #isStalled = false;
  #isAlive = true;
  #bufferedAtCheck = 0;

  constructor({ ws, socket, limits, onHandlerError }: CorkedConnectionOptions) {
    this.remoteAddress = socket.remoteAddress ?? '';
    this.#ws = ws;
    this.#socket = socket;
    this.#limits = limits;
    this.#onHandlerError = onHandlerError;
  }

  /** Gives what arrives to `handlers`; `onEnd` is called after theirs. To be called before anything can arrive. */
  attach(handlers: WsHandlers, onEnd: () => void): void {
    const attempt = (act: () => void): void => {
      try {
        act();
      } catch (error) {
        this.#onHandlerError(error);
        this.close(closeCodes.internalError, 'internal error');
      }
    };
    this.#ws.on('message', (data: RawData, isBinary: boolean) => {
      this.#isAlive = true;
      try {
        // The binary type is never changed from ws's default, so it is one buffer.
        handlers.onMessage(data as Buffer, isBinary);
      } catch (error) {
        this.#onHandlerError(error);
        this.close(closeCodes.internalError, 'internal error');
      }
    });
    this.#ws.on('pong', () => {
      this.#isAlive = true;
    });
    // A protocol error of the peer; ws closes the connection with the code that says which, and 'close' follows.
    this.#ws.on('error', () => undefined);
    this.#ws.on('close', (code, reason) => {
      attempt(() => handlers.onClose?.(code, reason.toString()));
      onEnd();
    });
    this.#socket.on('drain', () => {
      if (!this.#isStalled) return;
      this.#isStalled = false;
      if (!this.#isPaused) this.#ws.resume();
      attempt(() => handlers.onDrain?.());
    });
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  get bufferedBytes(): number {
    return this.#ws.bufferedAmount;
  }

  send(data: string | Uint8Array, isBinary = typeof data !== 'string'): boolean {
    if (this.#ws.readyState !== this.#ws.OPEN) return false;
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(this.#uncork);
    }
    this.#ws.send(data, { binary: isBinary });
    const buffered = this.#ws.bufferedAmount;
    if (buffered < this.#limits.bufferedBytesHigh) return true;
    if (buffered >= this.#limits.bufferedBytesMax) this.close(closeCodes.tryAgainLater, 'the peer reads too slowly');
    else if (!this.#isStalled) {
      this.#isStalled = true;
      this.#ws.pause();
    }
    return false;
  }

  pause(): void {
    this.#isPaused = true;
    this.#ws.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#isStalled) this.#ws.resume();
  }

  close(code: number = closeCodes.normal, reason = ''): void {
    // The peer's answer must be read, also by who has stopped reading.
    this.#isPaused = this.#isStalled = false;
    this.#ws.resume();
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** Called once per ping interval: cuts the connection when the peer has shown no sign of life since the last call. */
  checkAlive(): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (this.#isStalled || this.#isPaused) {
      // A pong would not be read; the peer shows life by reading.
      const isStuck = this.#isStalled && this.bufferedBytes >= this.#bufferedAtCheck && this.#bufferedAtCheck > 0;
      this.#bufferedAtCheck = this.bufferedBytes;
      this.#isAlive = true;
      if (isStuck) this.terminate();
      return;
    }
    this.#bufferedAtCheck = 0;
    if (!this.#isAlive) {
      this.terminate();
      return;
    }
    this.#isAlive = false;
    this.#ws.ping();
  }

  readonly #uncork = (): void => {
    this.#isCorked = false;
    this.#socket.uncork();
  };
}
