import { decodeFrame, encodeFrame } from '@syncytium/codec';
import {
  ChurnMap,
  ClosedError,
  Deadlines,
  durationMs,
  type Clock,
  type Duration,
  type Log,
  type Timer,
  type WaitTable,
} from '@syncytium/kit';
import type { DealerSocket, Message, SocketOptions, Sockets } from '@syncytium/transport';
import { isBatch, unpackFrames } from '../wire/batch.js';
import {
  hasPacked,
  newCell,
  type CellInput,
  type CellReply,
  type CellRequest,
  type CellOptions,
  type CellOutput,
  type CellState,
  type PatternChange,
  type TaskEvent,
} from './cell-state.js';
import { stepCell } from './cell-step.js';
import { NoServiceError, ProtocolError, RefusedError } from '../errors.js';
import { expandRun } from '../wire/event-run.js';
import type { EventFrame, ThynapseEvent } from '../wire/event.js';
import { FrameBatcher } from '../wire/frame-batcher.js';
import { isNews, newsBytes, newsPositions } from '../transmitter/multicast-hub.js';
import type { Gathering } from './gathering.js';
import { Pending } from './pending.js';
import { Waiting, type WaitingFor } from './waiting.js';
import { runItem } from '../wire/run-data.js';
import { RunWriter } from '../wire/run-writer.js';
import { commands, payloadBytesMax } from '../wire/wire.js';

export interface WaitOptions {
  /** Longest wait; 30 s unless told. */
  readonly timeout?: Duration;
  /** Gives the wait up. What was sent already stays sent. */
  readonly signal?: AbortSignal;
}

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

/** Longest wait where nobody tells another. */
export const timeoutDefault: Duration = 30_000;

/** How often the core hears of the time, in milliseconds. */
const tickMs = 100;

/** Runs of unconfirmed events that may wait for the line; above, whoever sends them had better wait. */
const castRunsWanted = 16;

/** Above this, and this many bytes while there is no welcome, such events are refused. */
const castRunsMax = 2000;
const castHeldBytesMax = 64 * 1024 * 1024;

/** The transmitter is told of so many bytes of events at once. */
const tookBytesMin = 256 * 1024;

const confirmed: Readonly<Record<PatternChange, string>> = {
  catch: 'caught',
  drop: 'dropped',
  answer: 'answered',
  ignore: 'ignored',
  hear: 'listened to',
  mute: 'muted',
};

/** How long what is queued may still be sent when the cell is closed. */
const lingerMs = 1000;

/** A cell on sockets: it passes on what happens, does what {@link stepCell} decides, and keeps those who wait. */
export class CellNode {
  readonly #options: CellNodeOptions;
  readonly #state: CellState;
  readonly #dealer: DealerSocket;
  readonly #batcher: FrameBatcher;
  readonly #runs: RunWriter;
  /** Runs that wait for a welcome. */
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** How many listeners want each pattern. */
  readonly #heard = new Map<string, number>();
  /** Bytes of events that were read and not yet told. */
  #tookBytes = 0;
  #onRoom: (() => void)[] = [];
  readonly #waiting = new ChurnMap<string, Waiting>();
  readonly #deadlines: Deadlines;
  readonly #addressNow = (): string => this.#address;
  #ticking: Timer | undefined;
  #flushing: NodeJS.Immediate | undefined;
  #patternChanges = 0;
  #onWelcome: (() => void) | undefined;
  #isClosed = false;

  constructor(options: CellNodeOptions) {
    const { sockets, curve, onTrouble, id } = options;
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
    this.#deadlines = new Deadlines(options.clock);
    this.#runs = new RunWriter(id, (run) => this.#sendRun(run));
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
    const waiting = this.#wait('welcome', 'a welcome', options);
    this.#onWelcome = () => this.#resolve('welcome', undefined);
    this.#dealer.connect(this.#options.address);
    this.#tick();
    await waiting;
  }

  /**
   * Sends an event that nobody confirms, together with others of its kind. `false` when the sender had better wait for
   * {@link drained}. Throws {@link ProtocolError} `busy` when that was not heeded for long, and `EncodeError`.
   */
  cast(channel: string, seq: number, at: number, data: unknown): boolean {
    if (this.#dealer.waiting > castRunsMax || this.#heldBytes > castHeldBytesMax)
      throw new ProtocolError('busy', 'more events were sent than the line to the transmitter takes');
    const item = runItem(data);
    // What was said before goes before.
    if (hasPacked(this.#state)) this.#step({ type: 'flush' });
    this.#runs.add(channel, seq, at, item);
    return this.#hasRoom;
  }

  /** Resolves when there is room for more events. */
  async drained(): Promise<void> {
    if (this.#hasRoom || this.#isClosed) return;
    await new Promise<void>((resolve) => {
      if (this.#onRoom.push(resolve) === 1) this.#tellRoom();
    });
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
    const waiting = this.#wait(id, what, options, { channel, isRequest });
    const frame = this.#encode(made.event, made.bytes);
    this.#step({ type: 'emit', id, frame, confirm: true, answer: isRequest });
    return waiting;
  }

  /** The same for a request that may go with others. */
  ask(request: CellRequest, options: WaitOptions): Promise<CellReply | undefined> {
    const { id, channel } = request;
    const waiting = this.#wait(id, `an answer to ${channel}`, options, { channel, isRequest: true });
    this.#runs.flush();
    this.#step({ type: 'request', request });
    return waiting;
  }

  /** Asks every cell that answers; resolves when all that were asked have answered, or failed. */
  async gather({ event, bytes }: EventFrame, gathering: Gathering, options: WaitOptions): Promise<void> {
    const { id, channel } = event;
    const waiting = this.#wait(id, `the answers to ${channel}`, options, { channel, gathering });
    this.#step({ type: 'emit', id, frame: this.#encode(event, bytes), confirm: true, answer: true, gathering });
    await waiting;
  }

  /** Starts or stops catching a pattern, or listening to it; resolves when the transmitter has done so. */
  async changePattern(type: PatternChange, pattern: string, options: WaitOptions = {}): Promise<void> {
    const id = `p${++this.#patternChanges}`;
    const what = `the confirmation that ${pattern} is ${confirmed[type]}`;
    const waiting = this.#wait(id, what, options);
    this.#step({ type, pattern, id });
    await waiting;
  }

  succeed(re: string, data: unknown): void {
    this.#step({ type: 'done', re, data });
  }

  fail(re: string, message: string, final: boolean): void {
    this.#step({ type: 'fail', re, message, final });
  }

  /** From now on events that match come; resolves when none is missed any more. */
  async hear(pattern: string, options: WaitOptions = {}): Promise<void> {
    this.#heard.set(pattern, (this.#heard.get(pattern) ?? 0) + 1);
    try {
      await this.changePattern('hear', pattern, options);
    } catch (error) {
      this.unhear(pattern);
      throw error;
    }
  }

  /** One of those who wanted the pattern does not want it any more. */
  unhear(pattern: string): void {
    const others = (this.#heard.get(pattern) ?? 0) - 1;
    if (others > 0) this.#heard.set(pattern, others);
    else if (this.#heard.delete(pattern) && !this.#isClosed)
      this.#step({ type: 'mute', pattern, id: `p${++this.#patternChanges}` });
  }

  /** Takes no more; resolves when the transmitter has confirmed that, and nothing is in hand. */
  async drain(options: WaitOptions): Promise<void> {
    const what = 'the end of what it has in hand';
    const waiting = this.#wait('drain', what, options, { from: 'its handlers' });
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
    for (const resolve of this.#onRoom.splice(0)) resolve();
    this.#ticking?.cancel();
    clearImmediate(this.#flushing);
    for (const id of [...this.#waiting.keys()]) this.#reject(id, new ClosedError(`cell ${this.#options.name}`));
    this.#deadlines.close();
    await this.#dealer.close(linger);
  }

  /** Who is refused at the door will be refused again: whoever waits for a welcome is told instead of left waiting. */
  #onLineError(error: Error): void {
    if (this.#waiting.has('welcome')) this.#reject('welcome', error);
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
    if (this.#held.length > 0 && this.isConnected) this.#sendHeld();
  }

  readonly #flush = (): void => {
    this.#flushing = undefined;
    this.#step({ type: 'flush' });
    this.#batcher.flush();
  };

  get #takesBatches(): boolean {
    return this.#state.welcome?.batch === true;
  }

  get #hasRoom(): boolean {
    return this.#dealer.waiting <= castRunsWanted && this.#held.length === 0;
  }

  /** Nobody tells when a queue has become short, so it is looked at again and again while somebody waits. */
  #tellRoom(): void {
    if (this.#onRoom.length === 0) return;
    if (this.#hasRoom) for (const resolve of this.#onRoom.splice(0)) resolve();
    else this.#options.clock.setTimer(1, () => this.#tellRoom());
  }

  #sendRun(run: Uint8Array): void {
    if (!this.isConnected) {
      this.#held.push(run);
      this.#heldBytes += run.length;
      return;
    }
    // What was said before goes before.
    this.#batcher.flush();
    for (const frame of this.#takesBatches ? [run] : expandRun(decodeFrame(run))) this.#dealer.send([frame]);
  }

  #sendHeld(): void {
    this.#heldBytes = 0;
    for (const run of this.#held.splice(0)) this.#sendRun(run);
  }

  #receive(message: Message): void {
    if (!isNews(message)) {
      this.#step({ type: 'message', message });
      return;
    }
    for (let i = 1; i < message.length; i++) this.#hear(message[i]);
    this.#step({ type: 'heard', positions: newsPositions(message) });
    this.#tookBytes += newsBytes(message);
    if (this.#tookBytes < tookBytesMin || !this.isConnected) return;
    this.#batcher.push(encodeFrame(this.#options.encoding, commands.took, { bytes: this.#tookBytes }));
    this.#tookBytes = 0;
  }

  #hear(frame: Uint8Array | undefined): void {
    const { onNews, onTrouble } = this.#options;
    if (frame === undefined || this.#isClosed) return;
    if (!isBatch(frame)) {
      onNews(frame);
      return;
    }
    try {
      for (const inner of unpackFrames(decodeFrame(frame))) onNews(inner);
    } catch (error) {
      onTrouble(error as Error);
    }
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
        this.#tookBytes = 0;
        this.#onWelcome?.();
        break;
      case 'lost':
        // The core sends again what matters when there is a line.
        this.#batcher.clear();
        log.warn(output.why, { address });
        break;
      case 'reconnect':
        this.#dealer.disconnect(address);
        this.#dealer.connect(address);
        break;
      case 'move':
        log.info('going to another transmitter', { from: output.from, to: output.to });
        this.#dealer.disconnect(output.from);
        this.#dealer.connect(output.to);
        break;
      case 'task':
        onTask(output.event);
        break;
      case 'confirmed':
        this.#confirm(output.id, output.services);
        break;
      case 'answered':
        this.#resolve(output.id, output.answer);
        break;
      case 'drained':
        this.#resolve('drain', undefined);
        break;
      case 'gathered':
        this.#resolve(output.id, undefined);
        break;
      case 'refused':
        this.#refuse(output.id, output.code, output.message);
        break;
      case 'unwelcome':
        log.warn(`the transmitter refuses this cell: ${output.message}`, { address, code: output.code });
        this.#reject('welcome', new RefusedError(`cell ${this.#options.name}`, output.code, output.message));
        break;
      case 'error':
        onTrouble(new RefusedError('a command', output.code, output.message));
        break;
    }
  }

  #confirm(id: string, services: readonly string[] | undefined): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    waiting.services = services ?? [];
    if (waiting.isGathering) return;
    if (!waiting.isRequest) this.#resolve(id, undefined);
    else if (services?.length === 0) {
      this.#reject(id, new NoServiceError(waiting.channel));
      this.#forget(id);
    }
  }

  #refuse(id: string, code: string, message: string): void {
    const waiting = this.#waiting.get(id);
    const error = new RefusedError(waiting?.channel ?? 'a command', code, message);
    if (waiting) this.#reject(id, error);
    else this.#options.onTrouble(error);
  }

  #wait(
    id: string,
    what: string,
    { timeout = timeoutDefault, signal }: WaitOptions,
    wanted: WaitingFor = {},
  ): Promise<CellReply | undefined> {
    const { clock, waits, name } = this.#options;
    if (this.#isClosed) throw new ClosedError(`cell ${name}`);
    const subject = new Waiting(name, what, wanted, this.#addressNow);
    subject.pending = new Pending<CellReply | undefined>({
      clock,
      deadlines: this.#deadlines,
      waits,
      subject,
      timeoutMs: durationMs(timeout, 'timeout'),
      signal,
      onGivenUp: () => this.#forget(id),
    });
    this.#waiting.set(id, subject);
    return subject.pending.promise;
  }

  #resolve(id: string, answer: CellReply | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.pending?.resolve(answer);
  }

  #reject(id: string, error: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.pending?.reject(error);
  }

  #forget(id: string): void {
    this.#waiting.delete(id);
    this.#step({ type: 'forget', id });
  }

  #encode(event: ThynapseEvent, bytes: Uint8Array): Uint8Array {
    const { encoding } = this.#options;
    return encoding === 'J' ? bytes : encodeFrame(encoding, commands.event, event);
  }
}
