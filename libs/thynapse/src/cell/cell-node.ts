import { decodeFrame, encodeFrame } from '@syncytium/codec';
import type { Clock, Log, Timer, WaitTable } from '@syncytium/kit';
import type { DealerSocket, Message, SocketOptions, Sockets } from '@syncytium/transport';
import { CastQueue } from './cast-queue.js';
import { CellPatterns } from './cell-patterns.js';
import {
  hasPacked,
  newCell,
  type CellInput,
  type CellReply,
  type CellRequest,
  type CellOptions,
  type CellOutput,
  type CellState,
  type TaskEvent,
} from './cell-state.js';
import { stepCell } from './cell-step.js';
import { CellWaits } from './cell-waits.js';
import { ProtocolError, RefusedError } from '../errors.js';
import { expandRun } from '../wire/event-run.js';
import type { EventFrame, ThynapseEvent } from '../wire/event.js';
import { FrameBatcher } from '../wire/frame-batcher.js';
import { isNews, newsPositions } from '../wire/news.js';
import type { Gathering } from './gathering.js';
import { NewsReader } from './news-reader.js';
import type { WaitOptions } from './wait-options.js';
import { runItem } from '../wire/run-data.js';
import { RunWriter } from '../wire/run-writer.js';
import { commands, payloadBytesMax } from '../wire/wire.js';

export interface CellNodeOptions extends CellOptions {
  readonly sockets: Sockets;
  /** The transmitter's command socket. */
  readonly address: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly waits: WaitTable;
  readonly curve?: SocketOptions['curve'];
  /** How the cell is shown to people. */
  readonly name: string;
  /** What goes wrong outside any call on the line: a command that was refused, a failed handshake. */
  readonly onTrouble: (error: Error) => void;
  readonly onTask: (event: TaskEvent) => void;
  /** Events that are listened to: one frame `EVNT`, or a run of them. */
  readonly onNews: (frame: Uint8Array) => void;
  /** So many events were dropped, since this cell did not keep up. */
  readonly onMissed: (count: number) => void;
}

/** How often the core hears of the time, in milliseconds. */
const tickMs = 100;

/** How long what is queued may still be sent when the cell is closed. */
const lingerMs = 1000;

/** What may be wrong where no welcome comes: of a line that does not come about, ØMQ does not tell why. */
const hints = {
  noLine: ', to which no line came about: is it running, and is this the address of its command socket?',
  silent: ', which does not answer',
} as const;

/** A cell on sockets: it passes on what happens, does what {@link stepCell} decides, and keeps those who wait. */
export class CellNode {
  readonly patterns: CellPatterns;
  readonly #options: CellNodeOptions;
  readonly #state: CellState;
  readonly #dealer: DealerSocket;
  readonly #batcher: FrameBatcher;
  readonly #runs: RunWriter;
  readonly #casts: CastQueue;
  readonly #news: NewsReader;
  readonly #waits: CellWaits;
  #ticking: Timer | undefined;
  #flushing: NodeJS.Immediate | undefined;
  #onWelcome: (() => void) | undefined;
  /** Addresses that it has gone to since it was last welcome. */
  readonly #tried = new Set<string>();
  #isClosed = false;

  constructor(options: CellNodeOptions) {
    const { sockets, curve, clock, waits, name, onNews, onTrouble, id } = options;
    this.#options = options;
    this.#state = newCell(options);
    this.#dealer = sockets.dealer({
      ...(curve && { curve }),
      sendQueueMax: 2 * options.outstandingMax,
      frameBytesMax: payloadBytesMax * 2,
      onMessage: (message) => this.#receive(message),
      onConnect: () => this.#step({ type: 'connected' }),
      onDisconnect: () => this.#step({ type: 'disconnected' }),
      onError: (error) => this.#onLineError(error),
    });
    this.#batcher = new FrameBatcher({
      takesBatches: () => this.#takesBatches,
      send: (message) => {
        // The queue has twice the room that the core asks for; what finds none is sent again when the line is new.
        if (!this.#dealer.send(message)) onTrouble(new ProtocolError('busy', 'the line to the transmitter is full'));
      },
    });
    this.#runs = new RunWriter(id, (run) => this.#sendRun(run));
    this.#casts = new CastQueue(this.#dealer, clock);
    this.#news = new NewsReader({ onNews, onTrouble });
    this.#waits = new CellWaits({
      clock,
      waits,
      name,
      address: () => (this.#state.kept ? `${this.#address}, which was just restarted` : this.#address),
      onForgotten: (forgotten) => this.#step({ type: 'forget', id: forgotten }),
      onTrouble,
    });
    this.patterns = new CellPatterns(this.#waits, (input) => this.#step(input));
  }

  /** Command socket of the transmitter that it uses, or tries to reach. */
  get #address(): string {
    return this.#state.addresses[0] ?? this.#options.address;
  }

  get isConnected(): boolean {
    return this.#state.phase === 'welcome';
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Connects; resolves when the transmitter has welcomed the cell. */
  async start(options: WaitOptions): Promise<void> {
    const hint = (): string => (this.#state.connected ? hints.silent : hints.noLine);
    const waiting = this.#waits.open('welcome', 'a welcome', options, { hint });
    this.#onWelcome = () => this.#waits.resolve('welcome', undefined);
    this.#dealer.connect(this.#options.address);
    this.#tick();
    await waiting;
  }

  /**
   * Sends an event that nobody confirms, together with others of its kind. `false` when the sender had better wait for
   * {@link drained}. Throws {@link ProtocolError} `busy` when that was not heeded for long, and `EncodeError`.
   */
  cast(channel: string, seq: number, at: number, data: unknown): boolean {
    if (this.#casts.isFull)
      throw new ProtocolError('busy', 'more events were sent than the line to the transmitter takes');
    const item = runItem(data);
    // What was said before goes before.
    if (hasPacked(this.#state)) this.#step({ type: 'flush' });
    this.#runs.add(channel, seq, at, item);
    return this.#casts.hasRoom;
  }

  /** Resolves when there is room for more events. */
  drained(): Promise<void> {
    return this.#casts.drained();
  }

  /** Sends one event on its own without waiting for anything. Throws {@link ProtocolError} `busy`. */
  emit({ event, bytes }: EventFrame): void {
    const { id } = event;
    this.#step({ type: 'emit', id, frame: this.#encode(event, bytes), confirm: false, answer: false });
  }

  /** Sends an event; resolves when it is accepted, or, for a request, with the answer. */
  async submit(made: EventFrame, isRequest: boolean, options: WaitOptions): Promise<CellReply | undefined> {
    const { id, channel } = made.event;
    const what = isRequest ? `an answer to ${channel}` : `the confirmation of ${channel}`;
    const waiting = this.#waits.open(id, what, options, { channel, isRequest });
    const frame = this.#encode(made.event, made.bytes);
    this.#step({ type: 'emit', id, frame, confirm: true, answer: isRequest });
    return waiting;
  }

  /** The same for a request that may go with others. */
  ask(request: CellRequest, options: WaitOptions): Promise<CellReply | undefined> {
    const { id, channel } = request;
    const waiting = this.#waits.open(id, `an answer to ${channel}`, options, { channel, isRequest: true });
    this.#runs.flush();
    this.#step({ type: 'request', request });
    return waiting;
  }

  /** Asks every cell that answers; resolves when all that were asked have answered, or failed. */
  async gather({ event, bytes }: EventFrame, gathering: Gathering, options: WaitOptions): Promise<void> {
    const { id, channel } = event;
    const waiting = this.#waits.open(id, `the answers to ${channel}`, options, { channel, gathering });
    this.#step({ type: 'emit', id, frame: this.#encode(event, bytes), confirm: true, answer: true, gathering });
    await waiting;
  }

  succeed(re: string, data: unknown): void {
    this.#step({ type: 'done', re, data });
  }

  fail(re: string, message: string, final: boolean): void {
    this.#step({ type: 'fail', re, message, final });
  }

  /** Takes no more; resolves when the transmitter has confirmed that, and nothing is in hand. */
  async drain(options: WaitOptions): Promise<void> {
    const what = 'the end of what it has in hand';
    const waiting = this.#waits.open('drain', what, options, { from: 'its handlers' });
    this.#step({ type: 'drain' });
    await waiting;
  }

  /** Says goodbye; whoever waits gets a {@link ClosedError}. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    // Without a line there is nobody who could take what is left.
    const linger = this.isConnected ? lingerMs : 0;
    this.#runs.close();
    this.#step({ type: 'leave' });
    this.#batcher.flush();
    this.#batcher.clear();
    this.#isClosed = true;
    this.#casts.close();
    this.#news.close();
    this.#ticking?.cancel();
    clearImmediate(this.#flushing);
    this.#waits.close();
    await this.#dealer.close(linger);
  }

  /** Who is refused at the door will be refused again: whoever waits for a welcome is told instead of left waiting. */
  #onLineError(error: Error): void {
    if (this.#waits.has('welcome')) this.#waits.reject('welcome', error);
    else this.#options.onTrouble(error);
  }

  #tick(): void {
    this.#step({ type: 'tick' });
    this.#ticking = this.#options.clock.setTimer(tickMs, () => this.#tick());
  }

  #step(input: CellInput): void {
    if (this.#isClosed) return;
    for (const output of stepCell(this.#state, input, this.#options.clock.now())) this.#do(output);
    if (hasPacked(this.#state)) this.#flushing ??= setImmediate(this.#flush);
    if (this.#casts.isHolding && this.isConnected) this.#sendHeld();
  }

  readonly #flush = (): void => {
    this.#flushing = undefined;
    this.#step({ type: 'flush' });
    this.#batcher.flush();
  };

  get #takesBatches(): boolean {
    return this.#state.welcome?.batch === true;
  }

  #sendRun(run: Uint8Array): void {
    if (!this.isConnected) {
      this.#casts.hold(run);
      return;
    }
    // What was said before goes before.
    this.#batcher.flush();
    for (const frame of this.#takesBatches ? [run] : expandRun(decodeFrame(run))) this.#dealer.send([frame]);
  }

  #sendHeld(): void {
    for (const run of this.#casts.release()) this.#sendRun(run);
  }

  #receive(message: Message): void {
    if (!isNews(message)) {
      this.#step({ type: 'message', message });
      return;
    }
    this.#news.read(message);
    this.#step({ type: 'heard', positions: newsPositions(message) });
    if (!this.isConnected) return;
    const bytes = this.#news.takeBytes();
    if (bytes > 0) this.#batcher.push(encodeFrame(this.#options.encoding, commands.took, { bytes }));
  }

  #do(output: CellOutput): void {
    const { log, onTask, onTrouble } = this.#options;
    const address = this.#address;
    switch (output.type) {
      case 'send':
        this.#runs.flush();
        this.#batcher.push(output.frame);
        break;
      case 'missed':
        this.#options.onMissed(output.count);
        break;
      case 'welcomed':
        log.info('connected', { address, transmitter: output.welcome.id });
        this.#tried.clear();
        this.#news.forgetBytes();
        this.#onWelcome?.();
        break;
      case 'lost':
        // The core sends again what matters when there is a line.
        this.#batcher.clear();
        log.warn(output.why, { address: output.address });
        break;
      case 'reconnect':
        this.#dealer.disconnect(address);
        this.#dealer.connect(address);
        break;
      case 'move':
        // While none of them answers it tries one after the other, twice a second.
        log[this.#tried.has(output.to) ? 'debug' : 'info']('going to another transmitter', {
          from: output.from,
          to: output.to,
        });
        this.#tried.add(output.to);
        this.#dealer.disconnect(output.from);
        this.#dealer.connect(output.to);
        break;
      case 'task':
        onTask(output.event);
        break;
      case 'confirmed':
        this.#waits.confirm(output.id, output.services);
        break;
      case 'answered':
        this.#waits.resolve(output.id, output.answer);
        break;
      case 'drained':
        this.#waits.resolve('drain', undefined);
        break;
      case 'gathered':
        this.#waits.resolve(output.id, undefined);
        break;
      case 'refused':
        this.#waits.refuse(output.id, output.code, output.message);
        break;
      case 'unwelcome':
        log.warn(`the transmitter refuses this cell: ${output.message}`, { address, code: output.code });
        this.#waits.reject('welcome', new RefusedError(`cell ${this.#options.name}`, output.code, output.message));
        break;
      case 'error':
        onTrouble(new RefusedError('a command', output.code, output.message));
        break;
    }
  }

  #encode(event: ThynapseEvent, bytes: Uint8Array): Uint8Array {
    const { encoding } = this.#options;
    return encoding === 'J' ? bytes : encodeFrame(encoding, commands.event, event);
  }
}
