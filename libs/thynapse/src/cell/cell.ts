import { json, jsonText, thidOf } from '@syncytium/codec';
import { ClosedError, durationMs, TimeoutError, type Duration, type WaitTable } from '@syncytium/kit';
import { Answering } from './answering.js';
import { CellNode, type CellNodeOptions } from './cell-node.js';
import { timeoutDefault, type WaitOptions } from './wait-options.js';
import type { CellRequest, PatternChange } from './cell-state.js';
import { checkChannel } from '../wire/channel.js';
import { AnswersMissingError, RequestFailedError } from '../errors.js';
import { jsonContents, makeEvent, type EventFrame, type ThynapseEvent } from '../wire/event.js';
import { Gathering, type CellAnswer } from './gathering.js';
import { Handlers, type Handler } from './handlers.js';
import { Listeners, type Interest, type Listener } from './listeners.js';
import { keyOf, type RequestOptions, type SendOptions } from './send-options.js';
import { checkDataText, checkFrameBytes } from '../wire/payload-size.js';
import { requestContents } from '../wire/requests.js';
import { payloadDepthMax } from '../wire/wire.js';

/** A pattern that is listened to. */
export interface Subscription {
  /** Resolves when no further event reaches the handler. What it has in hand it may still answer. */
  close(): Promise<void>;
}

export interface CloseOptions {
  /** Longest time for what the handlers have in hand; 10 s unless told. */
  readonly timeout?: Duration;
  /** Gives up what the handlers have in hand: it is given to another cell. */
  readonly signal?: AbortSignal;
}

export interface CellParts extends Omit<CellNodeOptions, 'onTask' | 'onNews' | 'onMissed'> {
  /** A listener that threw, or an event that cannot be read. */
  readonly onError: (error: Error) => void;
  /** So many events that this cell listens to were dropped, since it did not keep up. */
  readonly onMissed?: (count: number) => void;
}

const drainDefault = '10s';

/**
 * One worker process of a service, as `register` makes it.
 *
 * @see docs/spec/thynapse.md
 */
export class Cell {
  /** THID. */
  readonly id: string;
  readonly service: string;
  /** `service/` and the first digits of the id: how people see the cell. */
  readonly name: string;
  /** What this cell waits for. */
  readonly waits: WaitTable;
  /** Multicatch: every cell that listens gets each event, in the order of each sender. */
  readonly all: {
    /** Resolves when nothing that is sent from now on is missed. */
    on(pattern: Interest, listener: Listener): Promise<Subscription>;
    /**
     * Answers what is asked of every cell: each cell that does so gets each {@link Cell.all.request} whose channel
     * matches, once, and what its handler returns or throws is its answer. Resolves when nothing that is asked from now
     * on is missed.
     */
    answer(pattern: string, handler: Handler): Promise<Subscription>;
    /**
     * Asks every cell, of any service, that answers to the channel, and waits for exactly as many answers as there are
     * such cells; none is no error. Throws `AnswersMissingError`, with the answers that came, when some cells failed, died
     * or did not answer in time, and names them; `RefusedError`; and `TimeoutError` where the transmitter says nothing.
     */
    request(channel: string, data?: unknown, options?: WaitOptions): Promise<readonly CellAnswer[]>;
  };
  /** Channels as they are, without the name of the service before them. */
  readonly raw: {
    send(channel: string, data?: unknown, options?: SendOptions): Promise<string>;
    cast(channel: string, data: unknown): boolean;
  };
  readonly #parts: CellParts;
  readonly #node: CellNode;
  readonly #handlers = new Handlers();
  /** For what is asked of every cell. */
  readonly #askedHandlers = new Handlers();
  readonly #listeners: Listeners;
  readonly #answering: Answering;
  #seq = 0;
  #missed = 0;
  /** The last one that was found to be a channel. */
  #knownChannel = '';
  #closing: Promise<void> | undefined;

  /** Use `register`. */
  constructor(parts: CellParts) {
    this.id = parts.id;
    this.service = parts.service;
    this.name = parts.name;
    this.waits = parts.waits;
    this.all = {
      on: (pattern, listener) => this.#listen(pattern, listener),
      answer: (pattern, handler) => this.#take(this.#askedHandlers, ['answer', 'ignore'], pattern, handler),
      request: (channel, data, options) => this.#gather(channel, data, options),
    };
    this.raw = {
      send: (channel, data, options) => this.#send(channel, data, options),
      cast: (channel, data) => this.#cast(channel, data),
    };
    this.#parts = parts;
    this.#node = new CellNode({
      ...parts,
      onTask: (event) => this.#answering.handle(event),
      onNews: (frame) => this.#listeners.hear(frame),
      onMissed: (count) => this.#miss(count),
    });
    this.#listeners = new Listeners(parts.onError);
    this.#answering = new Answering({
      node: this.#node,
      handlers: this.#handlers,
      askedHandlers: this.#askedHandlers,
      log: parts.log,
    });
  }

  /** Whether the transmitter knows this cell now. While it does not, what is sent waits. */
  get isConnected(): boolean {
    return this.#node.isConnected;
  }

  /** Events that its listeners missed, since they did not keep up; the transmitter drops what is too much, and counts. */
  get missed(): number {
    return this.#missed;
  }

  /** Connects; resolves when the transmitter has welcomed the cell. `register` does this. */
  async start(options: WaitOptions = {}): Promise<this> {
    try {
      await this.#node.start(options);
    } catch (error) {
      await this.close();
      throw error;
    }
    return this;
  }

  /**
   * Anycatch: of all cells of this service that do so, exactly one gets each event whose channel matches. Resolves when
   * nothing that is sent from now on is missed.
   */
  on(pattern: string, handler: Handler): Promise<Subscription> {
    return this.#take(this.#handlers, ['catch', 'drop'], pattern, handler);
  }

  /** Sends an event on `<service>::<channel>`; resolves with its id when the transmitter has accepted it. */
  send(channel: string, data?: unknown, options?: SendOptions): Promise<string> {
    return this.#send(`${this.service}::${channel}`, data, options);
  }

  /**
   * Sends an event on `<service>::<channel>` that nobody confirms, as cheaply as can be: many in a row travel together.
   * Besides what JSON carries, `data` may be bytes (`Uint8Array`); texts and bytes travel as they are.
   * `false` when more were sent than the line takes; then wait for {@link drained}. Throws `ProtocolError` (`busy` where
   * that was not done for long) and `EncodeError`.
   */
  cast(channel: string, data: unknown): boolean {
    return this.#cast(`${this.service}::${channel}`, data);
  }

  /** Resolves when there is room for more events. */
  drained(): Promise<void> {
    return this.#node.drained();
  }

  /**
   * Sends an event on a channel of any service and waits for the answer; of several services that handle it, the first
   * one's. Resolves with what the handler answered. Throws `RequestFailedError`, `NoServiceError` where nobody handles
   * it, `RefusedError`, and `TimeoutError`, which names who did not answer.
   */
  async request(channel: string, data?: unknown, options: RequestOptions = {}): Promise<unknown> {
    const timeout = Math.ceil(durationMs(options.timeout ?? timeoutDefault, 'timeout'));
    const { key } = keyOf(options);
    const isPlain = key === undefined && this.#parts.encoding === 'J';
    const answer = isPlain
      ? await this.#node.ask(this.#makeRequest(channel, data, timeout), options)
      : await this.#node.submit(
          this.#make(channel, data, { confirm: true, answer: true, timeout, ...(key !== undefined && { key }) }),
          true,
          options,
        );
    if (answer?.outcome !== 'failure') return answer?.data;
    throw new RequestFailedError(channel, answer.service, answer.reason);
  }

  /**
   * Takes no more events and questions; resolves when its handlers have finished what they have. It still sends and listens.
   * Throws `TimeoutError` (10 s unless told).
   */
  drain({ timeout = drainDefault, ...rest }: WaitOptions = {}): Promise<void> {
    return this.#node.drain({ timeout, ...rest });
  }

  /** Takes no more events, lets the handlers finish, says goodbye and gives everything back. Again does nothing. */
  close({ timeout = drainDefault, ...rest }: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close({ timeout: durationMs(timeout, 'timeout'), ...rest });
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(options: CloseOptions & { readonly timeout: number }): Promise<void> {
    // What is not finished in time is given to another cell.
    if (this.#node.isConnected && options.timeout > 0) await this.#node.drain(options).catch(() => undefined);
    await this.#node.close();
  }

  async #listen(interest: Interest, listener: Listener): Promise<Subscription> {
    this.#checkOpen();
    const listening = this.#listeners.add(interest, listener);
    try {
      await this.#node.patterns.hear(listening.pattern);
    } catch (error) {
      this.#listeners.delete(listening);
      throw error;
    }
    return {
      close: () => {
        if (this.#listeners.delete(listening)) this.#node.patterns.unhear(listening.pattern);
        return Promise.resolve();
      },
    };
  }

  async #take(
    handlers: Handlers,
    [start, stop]: readonly [PatternChange, PatternChange],
    pattern: string,
    handler: Handler,
  ): Promise<Subscription> {
    this.#checkOpen();
    const text = handlers.add(pattern, handler);
    try {
      await this.#node.patterns.change(start, text);
    } catch (error) {
      handlers.delete(text, handler);
      throw error;
    }
    const end = async (): Promise<void> => {
      if (this.#closing) return;
      await this.#node.patterns.change(stop, text);
      handlers.delete(text, handler);
    };
    let closing: Promise<void> | undefined;
    return { close: () => (closing ??= end()) };
  }

  async #gather(channel: string, data: unknown, options: WaitOptions = {}): Promise<readonly CellAnswer[]> {
    const timeout = Math.ceil(durationMs(options.timeout ?? timeoutDefault, 'timeout'));
    const gathering = new Gathering();
    const made = this.#make(channel, data, { confirm: true, answer: true, all: true, timeout });
    try {
      await this.#node.gather(made, gathering, options);
    } catch (error) {
      if (!(error instanceof TimeoutError) || !gathering.isKnown) throw error;
      throw new AnswersMissingError(channel, gathering, error);
    }
    if (gathering.missing.length > 0) throw new AnswersMissingError(channel, gathering);
    return gathering.answers;
  }

  async #send(channel: string, data: unknown, options: SendOptions = {}): Promise<string> {
    const { confirm = true, re } = options;
    const key = keyOf(options);
    if (!confirm && re === undefined && key.key === undefined && data !== undefined) {
      const { seq, at, hasRoom } = this.#castOne(channel, data);
      const id = thidOf(json.encode(jsonContents({ channel, data, from: this.id, seq, at })));
      if (!hasRoom) await this.#node.drained();
      return id;
    }
    const made = this.#make(channel, data, { ...(re !== undefined && { re }), ...(confirm && { confirm }), ...key });
    if (confirm) await this.#node.submit(made, false, options);
    else this.#node.emit(made);
    return made.event.id;
  }

  #cast(channel: string, data: unknown): boolean {
    return this.#castOne(channel, data).hasRoom;
  }

  #castOne(channel: string, data: unknown): { readonly seq: number; readonly at: number; readonly hasRoom: boolean } {
    if (this.#closing) throw new ClosedError(`cell ${this.name}`);
    if (channel !== this.#knownChannel) checkChannel(channel);
    this.#knownChannel = channel;
    const at = this.#parts.clock.wallNow();
    const hasRoom = this.#node.cast(channel, this.#seq + 1, at, data);
    return { seq: ++this.#seq, at, hasRoom };
  }

  /** The sender and its count are part of the contents, so that equal data sent twice has two ids. */
  #make(channel: string, data: unknown, more: Partial<ThynapseEvent>): EventFrame {
    this.#checkOpen();
    checkChannel(channel);
    const at = this.#parts.clock.wallNow();
    const seq = this.#seq + 1;
    const contents = { channel, ...(data !== undefined && { data }), from: this.id, seq, at, ...more };
    const made = makeEvent(contents, { depthMax: payloadDepthMax });
    checkFrameBytes(made.bytes.length);
    this.#seq = seq;
    return made;
  }

  /** The same for a request that may go with others. */
  #makeRequest(channel: string, data: unknown, timeout: number): CellRequest {
    this.#checkOpen();
    if (channel !== this.#knownChannel) checkChannel(channel);
    this.#knownChannel = channel;
    const text = data === undefined ? '' : jsonText(data, { depthMax: payloadDepthMax - 1 });
    checkDataText(text);
    const seq = this.#seq + 1;
    const head = { channel, from: this.id, at: this.#parts.clock.wallNow(), timeout };
    const id = thidOf(requestContents(head, seq, text));
    this.#seq = seq;
    return { id, seq, text, ...head };
  }

  #miss(count: number): void {
    this.#missed += count;
    this.#parts.log.warn('listeners did not keep up: events were dropped', { count, missed: this.#missed });
    this.#parts.onMissed?.(count);
  }

  #checkOpen(): void {
    if (this.#closing) throw new ClosedError(`cell ${this.name}`);
  }
}
