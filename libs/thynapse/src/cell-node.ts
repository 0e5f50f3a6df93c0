import { encodeFrame } from '@syncytium/codec';
import {
  ClosedError,
  durationMs,
  type Clock,
  type Duration,
  type Log,
  type Prng,
  type Timer,
  type WaitTable,
} from '@syncytium/kit';
import type { DealerSocket, Message, SocketOptions, Sockets } from '@syncytium/transport';
import {
  newCell,
  type CellInput,
  type CellOptions,
  type CellOutput,
  type CellState,
  type TaskEvent,
} from './cell-state.js';
import { stepCell } from './cell-step.js';
import { NoServiceError, ProtocolError, RefusedError } from './errors.js';
import { EventLine } from './event-line.js';
import type { EventFrame, ThynapseEvent } from './event.js';
import { Pending } from './pending.js';
import { commands, payloadBytesMax } from './wire.js';

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
  readonly prng: Prng;
  readonly log: Log;
  readonly waits: WaitTable;
  readonly curve?: SocketOptions['curve'];
  /** How the cell is shown to people. */
  readonly name: string;
  /** What goes wrong outside any call on the line: a command that was refused, a failed handshake. */
  readonly onTrouble: (error: Error) => void;
  readonly onTask: (event: TaskEvent) => void;
  readonly onEvent: (channel: string, frames: Message) => void;
}

/** Longest wait where nobody tells another. */
export const timeoutDefault = '30s';

/** How often the core hears of the time, in milliseconds. */
const tickMs = 100;

/** How long what is queued may still be sent when the cell is closed. */
const lingerMs = 1000;

/** Somebody who waits for the transmitter or for another cell. */
interface Waiting {
  readonly pending: Pending<ThynapseEvent | undefined>;
  readonly channel: string;
  readonly isRequest: boolean;
  /** Services that handle the event, as far as the transmitter has told. */
  services: readonly string[];
}

/** A cell on sockets: it passes on what happens, does what {@link stepCell} decides, and keeps those who wait. */
export class CellNode {
  readonly #options: CellNodeOptions;
  readonly #state: CellState;
  readonly #dealer: DealerSocket;
  readonly #events: EventLine;
  readonly #waiting = new Map<string, Waiting>();
  #ticking: Timer | undefined;
  #patternChanges = 0;
  #onWelcome: (() => void) | undefined;
  #onIdle: (() => void) | undefined;
  #isClosed = false;

  constructor(options: CellNodeOptions) {
    const { sockets, prng, curve, onTrouble, onEvent } = options;
    this.#options = options;
    this.#state = newCell(options);
    this.#dealer = sockets.dealer({
      ...(curve && { curve }),
      sendQueueMax: 2 * options.outstandingMax,
      frameBytesMax: payloadBytesMax * 2,
      onMessage: (message) => this.#step({ type: 'message', message }),
      onConnect: () => this.#step({ type: 'connected' }),
      onDisconnect: () => this.#step({ type: 'disconnected' }),
      onError: (error) => this.#onLineError(error),
    });
    this.#events = new EventLine({ sockets, prng, ...(curve && { curve }), onEvent, onError: onTrouble });
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
    const waiting = this.#newWaiting('welcome', 'a welcome', options);
    this.#onWelcome = () => this.#resolve('welcome', undefined);
    this.#dealer.connect(this.#options.address);
    this.#tick();
    await waiting.pending.promise;
  }

  /** Sends an event without waiting for anything. Throws {@link ProtocolError} `busy`. */
  cast({ event, bytes }: EventFrame): void {
    const { id } = event;
    this.#step({ type: 'emit', id, frame: this.#encode(event, bytes), confirm: false, answer: false });
  }

  /** Sends an event; resolves when it is accepted, or, for a request, with the answer. */
  async submit(made: EventFrame, isRequest: boolean, options: WaitOptions): Promise<ThynapseEvent | undefined> {
    const { id, channel } = made.event;
    const what = isRequest ? `an answer to ${channel}` : `the confirmation of ${channel}`;
    const waiting = this.#newWaiting(id, what, options, { channel, isRequest });
    const frame = this.#encode(made.event, made.bytes);
    this.#step({ type: 'emit', id, frame, confirm: true, answer: isRequest });
    return waiting.pending.promise;
  }

  /** Starts or stops catching a pattern; resolves when the transmitter has done so. */
  async changePattern(type: 'catch' | 'drop', pattern: string, options: WaitOptions = {}): Promise<void> {
    const id = `p${++this.#patternChanges}`;
    const what = `the confirmation that ${pattern} is ${type === 'catch' ? 'caught' : 'dropped'}`;
    const waiting = this.#newWaiting(id, what, options);
    this.#step({ type, pattern, id });
    await waiting.pending.promise;
  }

  succeed(re: string, data: unknown): void {
    this.#step({ type: 'done', re, data });
    this.#tellIdle();
  }

  fail(re: string, message: string, final: boolean): void {
    this.#step({ type: 'fail', re, message, final });
    this.#tellIdle();
  }

  /** From now on events whose channels begin so come; resolves when none is missed any more. */
  async hear(prefix: string, options: WaitOptions = {}): Promise<void> {
    this.#events.want(prefix);
    const id = `sync ${++this.#patternChanges}`;
    const waiting = this.#newWaiting(id, `events that begin with '${prefix}'`, options);
    void this.#events.sync().then(() => this.#resolve(id, undefined));
    try {
      await waiting.pending.promise;
    } catch (error) {
      this.#events.unwant(prefix);
      throw error;
    }
  }

  unhear(prefix: string): void {
    this.#events.unwant(prefix);
  }

  /** Resolves when no task is in hand, or the time is over. */
  async idle(timeoutMs: number): Promise<void> {
    if (this.#state.working.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimer(timeoutMs, resolve);
      this.#onIdle = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  /** Says goodbye; whoever waits gets a {@link ClosedError}. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    // Without a line there is nobody who could take what is left.
    const linger = this.isConnected ? lingerMs : 0;
    this.#step({ type: 'leave' });
    this.#isClosed = true;
    this.#ticking?.cancel();
    for (const id of [...this.#waiting.keys()]) this.#reject(id, new ClosedError(`cell ${this.#options.name}`));
    await Promise.all([this.#dealer.close(linger), this.#events.close()]);
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
  }

  #do(output: CellOutput): void {
    const { log, onTask, onTrouble } = this.#options;
    const address = this.#address;
    switch (output.type) {
      case 'send':
        // The queue has twice the room that the core asks for; what finds none is sent again when the line is new.
        if (!this.#dealer.send([output.frame]))
          onTrouble(new ProtocolError('busy', 'the line to the transmitter is full'));
        break;
      case 'welcomed':
        log.info('connected', { address, transmitter: output.welcome.id });
        this.#events.open(output.welcome.pub);
        this.#onWelcome?.();
        break;
      case 'lost':
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
        this.#resolve(output.id, output.event);
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

  #newWaiting(
    id: string,
    what: string,
    { timeout = timeoutDefault, signal }: WaitOptions,
    { channel = what, isRequest = false } = {},
  ): Waiting {
    const { clock, waits, name } = this.#options;
    const address = (): string => this.#address;
    if (this.#isClosed) throw new ClosedError(`cell ${name}`);
    const timeoutMs = durationMs(timeout, 'timeout');
    let services: readonly string[] = [];
    const subject = {
      who: name,
      what,
      get whom() {
        return services.length > 0 ? services : [address()];
      },
      get missing() {
        if (services.length === 0) return `the transmitter at ${address()}`;
        return `${services.length === 1 ? 'service' : 'services'} ${services.join(', ')}`;
      },
    };
    const onGivenUp = (): void => this.#forget(id);
    const pending = new Pending<ThynapseEvent | undefined>({ clock, waits, subject, timeoutMs, signal, onGivenUp });
    const waiting: Waiting = {
      pending,
      channel,
      isRequest,
      get services() {
        return services;
      },
      set services(known) {
        services = known;
      },
    };
    this.#waiting.set(id, waiting);
    return waiting;
  }

  #resolve(id: string, answer: ThynapseEvent | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.pending.resolve(answer);
  }

  #reject(id: string, error: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.pending.reject(error);
  }

  #forget(id: string): void {
    this.#waiting.delete(id);
    this.#step({ type: 'forget', id });
  }

  #tellIdle(): void {
    if (this.#state.working.size === 0) this.#onIdle?.();
  }

  #encode(event: ThynapseEvent, bytes: Uint8Array): Uint8Array {
    const { encoding } = this.#options;
    return encoding === 'J' ? bytes : encodeFrame(encoding, commands.event, event);
  }
}
