import { decodeItem, encodeItem, type ItemOf, type PayloadCodec } from './payload.js';
import type { Role } from './protocol.js';
import type { SessionLine, WaitOptions } from './session-line.js';
import { FxpSessionEndedError } from './errors.js';

export interface PopOptions extends WaitOptions {
  /** What a pop does when no item came in time: throw an `FxpTimeoutError` (unless told) or give `undefined`. */
  readonly onTimeout?: 'throw' | 'nothing';
}

/** Items of one codec, to and from the other party of a session. */
export class Exchange<C extends PayloadCodec> implements AsyncIterable<ItemOf<C>> {
  readonly codec: C;
  readonly #line: SessionLine;

  constructor(line: SessionLine, codec: C) {
    this.codec = codec;
    this.#line = line;
  }

  /**
   * Puts an item on its way; resolves when the broker has it. Throws {@link FxpBadItemError} for what the codec does not
   * carry, {@link FxpSessionEndedError}, `BrokerError`.
   */
  async push(item: ItemOf<C>): Promise<void> {
    await this.#line.push(encodeItem(this.codec, item, this.#line.state.outboxKey));
  }

  /**
   * The other party's next item, awaited if need be. Throws {@link FxpTimeoutError} naming the key and the missing party,
   * {@link FxpBadItemError}, {@link FxpSessionEndedError}, `AbortedError`, `BrokerError`.
   */
  pop(options?: PopOptions & { readonly onTimeout?: 'throw' }): Promise<ItemOf<C>>;
  pop(options: PopOptions): Promise<ItemOf<C> | undefined>;
  async pop(options: PopOptions = {}): Promise<ItemOf<C> | undefined> {
    const bytes = await this.#line.pop(options);
    if (bytes) return this.#decode(bytes);
    if (options.onTimeout === 'nothing') return undefined;
    throw this.#line.timeoutError(this.#line.timeoutMsOf(options));
  }

  /**
   * Pushes an item and pops the answer to it, in one round trip. The other party must answer every item with one, in
   * their order. A late answer to a call that was given up is dropped, not taken for the answer to a later one. Throws
   * what {@link push} and {@link pop} throw.
   */
  async call(item: ItemOf<C>, options: WaitOptions = {}): Promise<ItemOf<C>> {
    const bytes = encodeItem(this.codec, item, this.#line.state.outboxKey);
    return this.#decode(await this.#line.call(bytes, options));
  }

  /** Items as they come, until none has come for the session's timeout, or the session has ended. */
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

  #decode(bytes: Uint8Array): ItemOf<C> {
    return decodeItem(this.codec, bytes, this.#line.state.inboxKey);
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
  readonly #line: SessionLine;

  constructor(line: SessionLine, codec: C) {
    super(line, codec);
    this.#line = line;
    this.raw = new Exchange(line, 'raw');
  }

  get id(): string {
    return this.#line.state.name.id;
  }

  get service(): string {
    return this.#line.state.name.service;
  }

  /** Which party this is. */
  get role(): Role {
    return this.#line.state.role;
  }

  /** Items this party has pushed and popped. */
  get counts(): { readonly pushed: number; readonly popped: number } {
    return this.#line.state.counts;
  }

  get isEnded(): boolean {
    return this.#line.state.isEnded;
  }

  /** Ends this party's end: what waits ends with an {@link FxpSessionEndedError} and takes nothing. Again does nothing. */
  close(): Promise<void> {
    return this.#line.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
