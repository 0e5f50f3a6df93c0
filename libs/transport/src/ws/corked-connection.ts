import type { Socket } from 'node:net';
import { assert } from '@syncytium/kit';
import type { RawData, WebSocket } from 'ws';
import { FrameBatch, frameBytesMax } from './frame-batch.js';
import type { WsLimits } from './limits.js';
import { readPastWs } from './read-past-ws.js';
import { closeCodes, type WsConnection, type WsHandlers } from './ws-connection.js';

export interface CorkedConnectionOptions {
  readonly ws: WebSocket;
  /** The socket underneath, after the handshake. */
  readonly socket: Socket;
  /** Which end of the connection this is: a client masks what it sends, a server does not. */
  readonly role: 'client' | 'server';
  readonly limits: WsLimits;
  /** A handler threw; the connection is closed with 1011. */
  readonly onHandlerError: (error: unknown) => void;
}

/**
 * Bytes of long messages that one connection may read in a turn of the event loop: a socket that is full gives two
 * megabytes at once otherwise, for which all other connections wait some milliseconds.
 */
const partBytesPerTurnMax = 128 * 1024;

/** A socket of `ws` whose messages of one turn of the event loop leave in one write, and that reads as fast as it is read. */
export class CorkedConnection implements WsConnection {
  readonly remoteAddress: string;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #limits: WsLimits;
  readonly #onHandlerError: (error: unknown) => void;
  readonly #role: 'client' | 'server';
  /** Small messages of this turn that go past ws, where that is possible. */
  readonly #batch: FrameBatch | undefined;
  #isCorked = false;
  /** Of a message that is sent in parts, the last is still to come. */
  #isInParts = false;
  /** The owner wants nothing to be read. */
  #isPaused = false;
  /** The peer does not read what we send, so we do not read either. */
  #isStalled = false;
  /** It has read enough for this turn. */
  #isYielding = false;
  /** What it has read of long messages since it last began to. */
  #partBytes = 0;
  /** What had been read of the peer when it was pinged; -1 when it was not. */
  #readAtPing = -1;
  #onDrained: () => void = () => undefined;

  constructor({ ws, socket, role, limits, onHandlerError }: CorkedConnectionOptions) {
    this.remoteAddress = socket.remoteAddress ?? '';
    this.#ws = ws;
    this.#socket = socket;
    this.#limits = limits;
    this.#onHandlerError = onHandlerError;
    this.#role = role;
    if (role === 'server' && isPlain(ws)) this.#batch = new FrameBatch();
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
    this.#onDrained = () => attempt(() => handlers.onDrain?.());
    const onMessage = (data: Buffer, isBinary: boolean): void => {
      try {
        handlers.onMessage(data, isBinary);
      } catch (error) {
        this.#onHandlerError(error);
        this.close(closeCodes.internalError, 'internal error');
      }
    };
    if (isPlain(this.#ws))
      readPastWs({
        ws: this.#ws,
        socket: this.#socket,
        isMasked: this.#role === 'server',
        messageBytesMax: this.#limits.messageBytesMax,
        onMessage,
        onPart:
          handlers.onPart &&
          ((...part) => {
            attempt(() => handlers.onPart?.(...part));
            this.#yieldAfter(part[0].length);
          }),
        // What ws answers to it comes behind what was sent before.
        onOther: () => this.#flush(),
      });
    // The binary type is never changed from ws's default, so it is one buffer.
    this.#ws.on('message', (data: RawData, isBinary: boolean) => onMessage(data as Buffer, isBinary));
    // A protocol error of the peer; ws closes the connection with the code that says which, and 'close' follows.
    this.#ws.on('error', () => undefined);
    this.#ws.on('close', (code, reason) => {
      attempt(() => handlers.onClose?.(code, reason.toString()));
      onEnd();
    });
    // Set only while the peer is stalled; a write that goes on slowly does not run into it.
    this.#socket.on('timeout', () => this.terminate());
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  get bufferedBytes(): number {
    return this.#ws.bufferedAmount + (this.#batch?.bytes ?? 0);
  }

  send(data: string | Uint8Array, isBinary = typeof data !== 'string'): boolean {
    if (!this.isOpen) return false;
    assert(!this.#isInParts, 'a message is sent in the middle of another');
    this.#cork();
    if (!this.#mayStall(data) && this.#batch?.add(data, isBinary)) return true;
    return this.#sendFrame(data, isBinary, true);
  }

  sendPart(data: Uint8Array, isBinary: boolean, isLast: boolean, onSent?: () => void): boolean {
    this.#isInParts = !isLast;
    if (!this.isOpen) return false;
    this.#cork();
    return this.#sendFrame(data, isBinary, isLast, onSent);
  }

  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    process.nextTick(this.#uncork);
  }

  #mayStall(data: string | Uint8Array): boolean {
    return this.#isStalled || this.bufferedBytes + frameBytesMax(data) >= this.#limits.bufferedBytesHigh;
  }

  #sendFrame(data: string | Uint8Array, isBinary: boolean, fin: boolean, onSent?: () => void): boolean {
    // A callback for each message would cost the many that stall nobody.
    const onGone = this.#mayStall(data) ? this.#onSent : undefined;
    this.#flush();
    this.#ws.send(data, { binary: isBinary, fin }, onSent ? tellBoth(onSent, onGone) : onGone);
    const buffered = this.#ws.bufferedAmount;
    if (buffered < this.#limits.bufferedBytesHigh) return true;
    if (buffered >= this.#limits.bufferedBytesMax) this.close(closeCodes.tryAgainLater, 'the peer reads too slowly');
    else this.#setStalled(true);
    return false;
  }

  pause(): void {
    this.#isPaused = true;
    this.#ws.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#readOn();
  }

  close(code: number = closeCodes.normal, reason = ''): void {
    // The peer's answer must be read, also by who has stopped reading.
    this.#isPaused = false;
    this.#setStalled(false);
    this.#ws.resume();
    this.#flush();
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** Called once per ping interval: cuts the connection when nothing was read of the peer since it was pinged. */
  checkAlive(): void {
    if (!this.isOpen) return;
    if (this.#isStalled || this.#isPaused) {
      // A pong would not be read. Whether a stalled peer takes anything is seen by its socket.
      this.#readAtPing = -1;
    } else if (this.#readAtPing === this.#socket.bytesRead) {
      this.terminate();
    } else {
      this.#readAtPing = this.#socket.bytesRead;
      this.#ws.ping();
    }
  }

  #setStalled(isStalled: boolean): void {
    if (this.#isStalled === isStalled) return;
    this.#isStalled = isStalled;
    this.#socket.setTimeout(isStalled ? this.#limits.pingIntervalMs : 0);
    if (isStalled) this.#ws.pause();
    else this.#readOn();
  }

  #readOn(): void {
    if (!this.#isPaused && !this.#isStalled && !this.#isYielding) this.#ws.resume();
  }

  /** So many bytes of a long message were read: lets others read before the next, where that is enough for now. */
  #yieldAfter(bytes: number): void {
    this.#partBytes += bytes;
    if (this.#partBytes < partBytesPerTurnMax || this.#isYielding) return;
    this.#isYielding = true;
    this.#ws.pause();
    setImmediate(this.#endYield);
  }

  readonly #endYield = (): void => {
    this.#isYielding = false;
    this.#partBytes = 0;
    this.#readOn();
  };

  /** A message is with the system; the last of them ends the stall. */
  readonly #onSent = (): void => {
    if (!this.#isStalled || !this.isOpen || this.#ws.bufferedAmount > 0) return;
    this.#setStalled(false);
    this.#onDrained();
  };

  readonly #uncork = (): void => {
    this.#isCorked = false;
    this.#flush();
    this.#socket.uncork();
  };

  #flush(): void {
    this.#batch?.flush(this.#write);
  }

  readonly #write = (bytes: Buffer): void => {
    this.#socket.write(bytes);
  };
}

/** Whether messages travel as they are. */
function isPlain(ws: WebSocket): boolean {
  return ws.extensions === '';
}

/** What was sent is with the system, or lost, which only the first of both is not to be told. */
function tellBoth(onSent: () => void, onGone: (() => void) | undefined): (error?: Error | null) => void {
  return (error) => {
    if (!error) onSent();
    onGone?.();
  };
}
