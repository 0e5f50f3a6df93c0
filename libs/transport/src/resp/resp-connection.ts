import type { Socket } from 'node:net';
import type { Timer } from '@syncytium/kit';
import { formatAddress } from '../listen.js';
import type { OutputPart } from './reply-writer.js';
import type { ClientLine, RespHost } from './resp-host.js';
import { RespSession } from './resp-session.js';
import type { TurnLine, TurnQueue } from './turn-queue.js';

/** A client that is to be disconnected has so long to read what it is still sent. */
const lingerMs = 10_000;
/** Ends connections whose peer vanished without a word. */
const tcpKeepAliveMs = 30_000;

export interface RespConnectionOptions {
  readonly host: RespHost;
  readonly id: number;
  readonly socket: Socket;
  readonly turns: TurnQueue;
  readonly onClose: (connection: RespConnection) => void;
}

/** A session and its socket. */
export class RespConnection implements ClientLine, TurnLine {
  readonly session: RespSession;
  readonly address: string;
  readonly localAddress: string;
  readonly #socket: Socket;
  readonly #options: RespConnectionOptions;
  #hasOutput = false;
  #isEnding = false;
  #isClosed = false;
  #lingering: Timer | undefined;

  constructor(options: RespConnectionOptions) {
    const { socket, host, id } = options;
    this.#options = options;
    this.#socket = socket;
    this.address = formatAddress({ host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 });
    this.localAddress = formatAddress({ host: socket.localAddress ?? '', port: socket.localPort ?? 0 });
    this.session = new RespSession(host, this, id);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, tcpKeepAliveMs);
    const receive = (chunk: Buffer): void => this.session.receive(chunk);
    socket.on('data', (chunk: Buffer) => options.turns.receive(chunk, receive));
    socket.on('drain', () => this.#goOn());
    socket.on('end', () => this.session.endInput());
    // A lost line is told by 'close', which follows.
    socket.on('error', (error) => host.log.debug('a connection failed', { client: this.address, err: error }));
    socket.on('close', () => this.#close());
  }

  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  onOutput(): void {
    if (this.#hasOutput) return;
    this.#hasOutput = true;
    this.#options.turns.addWritten(this);
  }

  onServed(): void {
    this.#options.turns.addServed(this);
  }

  resume(): void {
    this.session.resume();
  }

  /** Sends everything the session has written, in one system call. */
  flush(): void {
    this.#hasOutput = false;
    if (this.#isEnding || this.#socket.destroyed) return;
    this.#write(this.session.reply.take());
    if (this.session.isClosing) this.#end();
    else this.#goOn();
  }

  destroy(): void {
    this.#socket.destroy();
    this.#close();
  }

  #write(parts: readonly OutputPart[]): void {
    if (parts.length > 1) this.#socket.cork();
    for (const part of parts) {
      if (typeof part === 'string') this.#socket.write(part, 'latin1');
      else this.#socket.write(part);
    }
    if (parts.length > 1) this.#socket.uncork();
  }

  /** A client that does not read its replies is not read from either. */
  #goOn(): void {
    if (this.session.isClosing) return;
    if (this.session.isStalled && this.unsentBytes < this.#options.host.limits.replyBytesHigh) {
      this.#socket.resume();
      this.session.resume();
    } else if (this.session.isStalled) this.#socket.pause();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lingering?.cancel();
    this.session.end();
    this.#options.onClose(this);
  }

  #end(): void {
    this.#isEnding = true;
    // What it still sends is dropped; unread, it would make the system cut off the last reply.
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
    // Not the socket's own timeout, which begins anew with whatever comes.
    this.#lingering = this.#options.host.clock.setTimer(lingerMs, () => this.#socket.destroy());
    this.#socket.destroySoon();
  }
}
