import type { Wait, WaitSubject } from '@syncytium/kit';
import { FusionError } from '../errors.js';
import { joinParts, type Answer } from './answer.js';
import type { JobSource } from './job.js';
import type { LongQuery } from './long-query.js';
import { isStore, QueryParts, wholeBytesMax } from './query-parts.js';

type Respond = (answer: Answer) => void;

/** A query that waits until a long one before it has been carried out. */
interface HeldQuery {
  readonly bytes: Uint8Array;
  readonly respond: Respond;
  readonly wait: Wait;
}

/** What an engine does for its connections. */
export interface ConnectionHost {
  /** Hands over a query that has come whole. */
  submit(source: JobSource, bytes: Uint8Array, respond: Respond): void;
  /** Makes a query that is read while it comes. */
  openLong(source: JobSource, respond: Respond, onDrain: () => void): LongQuery;
  /** Answers a text without looking at it. */
  refuse(source: JobSource, error: FusionError, respond: Respond): void;
  /** Lists a wait; `undefined` when there are too many. */
  openWait(subject: WaitSubject): Wait | undefined;
  /** No more comes of a query that has not come whole. */
  giveUp(query: LongQuery): void;
  disconnect(source: JobSource): void;
}

/** One client of an engine. */
export interface EngineConnection {
  /** Queries that are not answered yet. */
  readonly pendingCount: number;
  /**
   * Hands over a query. `respond` is called exactly once, unless the connection is closed before; where the connection
   * takes parts, once for each part of the response to a long STORE. For a query that cannot be read, and a read of a few objects that has to wait for nothing, it may be called before `submit` returns.
   */
  submit(bytes: Uint8Array, respond: Respond): void;
  /**
   * Begins a query that comes in pieces, of which a STORE is read meanwhile. What is handed over later waits for it.
   *
   * @param onDrain More pieces may come, after {@link QueryParts.push} has asked for none.
   */
  submitInParts(respond: Respond, onDrain: () => void): QueryParts;
  /** The client is gone: its reads are dropped, its writes are carried out, and nothing is answered any more. */
  close(): void;
}

/** A STORE of more bytes is read in pieces, also when it has come whole. */
const longBytesMin = 64 * 1024;

/**
 * Keeps the queries of one client in order around those that are read while they come: such a query begins when all before
 * it are answered, and what comes after it waits until it is.
 */
export class Connection implements EngineConnection {
  readonly #source: JobSource;
  readonly #host: ConnectionHost;
  readonly #takesParts: boolean;
  /** What waits, in the order received. */
  readonly #held: (HeldQuery | LongQuery)[] = [];
  /** The long query that has begun and is not answered. */
  #long: LongQuery | undefined;
  /** The long query of which more is to come. */
  #open: LongQuery | undefined;
  #isAdvancing = false;

  constructor(source: JobSource, host: ConnectionHost, takesParts: boolean) {
    this.#source = source;
    this.#host = host;
    this.#takesParts = takesParts;
  }

  get pendingCount(): number {
    return this.#source.pendingCount;
  }

  submit(bytes: Uint8Array, respond: Respond): void {
    if (bytes.length > longBytesMin && isStore(bytes)) {
      const query = this.#openLong(respond, () => undefined);
      query.push(bytes);
      query.end();
    } else if (this.#long || this.#held.length > 0) {
      this.#holdWhole(bytes, respond);
    } else {
      this.#host.submit(this.#source, bytes, respond);
    }
  }

  submitInParts(respond: Respond, onDrain: () => void): QueryParts {
    return new QueryParts({
      openLong: () => (this.#open = this.#openLong(respond, onDrain)),
      submitWhole: (bytes) => this.submit(bytes, respond),
      refuse: () =>
        this.#host.refuse(
          this.#source,
          new FusionError(1503, `a query that is no STORE is limited to ${wholeBytesMax} bytes`),
          respond,
        ),
    });
  }

  close(): void {
    if (this.#source.isClosed) return;
    this.#source.isClosed = true;
    const open = this.#open;
    if (open && !open.isEnded) this.#host.giveUp(open);
    this.#host.disconnect(this.#source);
    this.#advance();
  }

  #openLong(respond: Respond, onDrain: () => void): LongQuery {
    const query = this.#host.openLong(this.#source, this.#takesParts ? respond : joinParts(respond), onDrain);
    this.#hold(query);
    return query;
  }

  #holdWhole(bytes: Uint8Array, respond: Respond): void {
    const { name } = this.#source;
    const isBehind = (): readonly string[] => (this.#long ? [this.#long.label] : []);
    const wait = this.#host.openWait({
      who: `a query of ${name}`,
      what: 'its turn',
      mode: 'all',
      get whom() {
        return isBehind();
      },
    });
    if (wait) this.#hold({ bytes: Uint8Array.from(bytes), respond, wait });
    else this.#host.refuse(this.#source, new FusionError(5000, 'too many queries wait'), respond);
  }

  #hold(held: HeldQuery | LongQuery): void {
    this.#held.push(held);
    this.#source.pendingCount++;
    this.#source.onAnswered = this.#advance;
    this.#advance();
  }

  readonly #advance = (): void => {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    for (let next = this.#takeNext(); next; next = this.#takeNext()) {
      if ('bytes' in next) {
        this.#source.pendingCount--;
        next.wait.close('done');
        this.#host.submit(this.#source, next.bytes, next.respond);
      } else {
        this.#long = next;
        next.start();
      }
    }
    this.#isAdvancing = false;
    if (!this.#long && this.#held.length === 0) this.#source.onAnswered = undefined;
  };

  /** What may go on now. */
  #takeNext(): HeldQuery | LongQuery | undefined {
    if (this.#long?.isAnswered === true) this.#long = undefined;
    const [next] = this.#held;
    if (!next || this.#long) return undefined;
    return 'bytes' in next || next.isAnswered || !this.#hasEarlier ? this.#held.shift() : undefined;
  }

  /** Whether anything before what is held is not answered. */
  get #hasEarlier(): boolean {
    const waiting = this.#held.filter((held) => 'bytes' in held || !held.isAnswered);
    return this.#source.pendingCount > waiting.length;
  }
}
