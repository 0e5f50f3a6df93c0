import { FxpSessionEndedError } from '../errors.js';
import { decodeItem, encodeItem, type ItemOf, type PayloadCodec } from '../wire/payload.js';
import type { Role } from '../wire/protocol.js';
import type { OutgoingItem, SessionCarrier, WaitOptions } from './session-carrier.js';
import type { SessionPhase } from './session-state.js';
import type { SessionMode } from './session-terms.js';
import { streamAnswers, type StreamInputs, type StreamOptions } from './stream.js';

export interface PopOptions extends WaitOptions {
  /** What a pop does when no item came in time: throw an `FxpTimeoutError` (unless told) or give `undefined`. */
  readonly onTimeout?: 'throw' | 'nothing';
}

/** Items of one codec, to and from the other party of a session. */
export class Exchange<C extends PayloadCodec> implements AsyncIterable<ItemOf<C>> {
  readonly codec: C;
  readonly #carrier: SessionCarrier;

  constructor(carrier: SessionCarrier, codec: C) {
    this.codec = codec;
    this.#carrier = carrier;
  }

  /**
   * Puts an item on its way; resolves when the broker has it. A provider does not await that where its next pop can travel
   * with the item; should the broker refuse it, the session ends with that error. Throws {@link FxpBadItemError} for what
   * the codec does not carry, {@link FxpSessionEndedError}, `BrokerError`.
   */
  async push(item: ItemOf<C>): Promise<void> {
    await this.#carrier.push(this.#outgoing(item));
  }

  /**
   * The other party's next item, awaited if need be. Throws {@link FxpTimeoutError} naming the key and the missing party,
   * {@link FxpBadItemError}, {@link FxpSessionEndedError}, `AbortedError`, `BrokerError`.
   */
  pop(options?: PopOptions & { readonly onTimeout?: 'throw' }): Promise<ItemOf<C>>;
  pop(options: PopOptions): Promise<ItemOf<C> | undefined>;
  async pop(options: PopOptions = {}): Promise<ItemOf<C> | undefined> {
    const bytes = await this.#carrier.pop(options);
    if (bytes) return this.#decode(bytes);
    if (options.onTimeout === 'nothing') return undefined;
    throw await this.#carrier.timeoutError(this.#carrier.timeoutMsOf(options));
  }

  /**
   * Pushes an item and pops the answer to it, in one round trip. The other party must answer every item with one, in
   * their order. A late answer to a call that was given up is dropped, not taken for the answer to a later one. Throws
   * what {@link push} and {@link pop} throw.
   */
  async call(item: ItemOf<C>, options: WaitOptions = {}): Promise<ItemOf<C>> {
    return this.#decode(await this.#carrier.call(this.#outgoing(item), options));
  }

  /**
   * Calls with many inputs, of which up to `window` are without an answer at once, and yields the answers in the order of
   * the inputs. Inputs are asked for as there is room; `timeout` is for each answer, from when all before it have come.
   * When it ends early, for whatever reason, the inputs' iterator is closed, and late answers are dropped. Throws what
   * {@link call} throws, what the inputs throw (behind the answers to those before), `InvalidArgumentError`.
   */
  async *stream(
    inputs: StreamInputs<ItemOf<C>>,
    options: StreamOptions = {},
  ): AsyncGenerator<ItemOf<C>, void, undefined> {
    const answers = streamAnswers(this.#carrier, inputs, (item) => this.#outgoing(item), options);
    for await (const bytes of answers) yield this.#decode(bytes);
  }

  /**
   * Items as they come, until the other party has said that it ends, none has come for the session's timeout, or the
   * session was closed. Throws {@link FxpRemoteError} when the service function failed, and why the session was lost.
   */
  async *[Symbol.asyncIterator](): AsyncIterator<ItemOf<C>, undefined> {
    for (let item = await this.#next(); item !== undefined; item = await this.#next()) yield item;
    return undefined;
  }

  async #next(): Promise<ItemOf<C> | undefined> {
    try {
      return await this.pop({ onTimeout: 'nothing' });
    } catch (error) {
      if (error instanceof FxpSessionEndedError) return undefined;
      throw error;
    }
  }

  #outgoing(item: ItemOf<C>): OutgoingItem {
    const { outboxKey } = this.#carrier.state;
    return { encode: (header) => encodeItem(this.codec, item, outboxKey, header), isBytes: this.codec === 'raw' };
  }

  #decode(bytes: Uint8Array): ItemOf<C> {
    return decodeItem(this.codec, bytes, this.#carrier.state.inboxKey);
  }
}

/**
 * One party's end of a session, over a connection of its own. To be closed, which `await using` does.
 *
 * @see docs/spec/fxp.md
 */
export class Session<C extends PayloadCodec = 'json'> extends Exchange<C> implements AsyncDisposable {
  /** The same session's items as bytes. */
  readonly raw: Exchange<'raw'>;
  readonly #carrier: SessionCarrier;

  constructor(carrier: SessionCarrier, codec: C) {
    super(carrier, codec);
    this.#carrier = carrier;
    this.raw = new Exchange(carrier, 'raw');
  }

  get id(): string {
    return this.#carrier.state.name.id;
  }

  get service(): string {
    return this.#carrier.state.name.service;
  }

  /** Which party this is. */
  get role(): Role {
    return this.#carrier.state.role;
  }

  /** Items this party has pushed and popped. */
  get counts(): { readonly pushed: number; readonly popped: number } {
    return this.#carrier.state.counts;
  }

  /** How its items are carried. */
  get mode(): SessionMode {
    return this.#carrier.mode;
  }

  /** What has become of it. */
  get phase(): SessionPhase {
    return this.#carrier.state.phase;
  }

  /**
   * At a provider: the number of the first input it was given; more than 1 where another provider began the session.
   * `undefined` before the first input, at a requestor, and in a plain session.
   */
  get firstInput(): number | undefined {
    return this.#carrier.firstInput;
  }

  get isEnded(): boolean {
    return this.#carrier.state.isEnded;
  }

  /**
   * Says that this party has nothing more to say: a provider's iteration ends behind the last input, a requestor's behind
   * the last output. A requestor can still take outputs. In a plain session nothing is said. Again does nothing.
   */
  end(): Promise<void> {
    return this.#carrier.end();
  }

  /**
   * Says why this party stops, which the other one gets as {@link FxpRemoteError}, and ends the session. What a service
   * function throws is said for it.
   */
  fail(error: unknown): Promise<void> {
    return this.#carrier.fail(error);
  }

  /** Ends this party's end: what waits ends with an {@link FxpSessionEndedError} and takes nothing, and the other
   * party is told. Again does nothing. */
  close(): Promise<void> {
    return this.#carrier.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
