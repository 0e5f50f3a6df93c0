import { AbortedError, type Clock } from '@syncytium/kit';
import { formatHostPort, type HostPort } from '@syncytium/program';
import { connectWs, WsRefusedError, type WsConnection } from '@syncytium/transport/ws';
import { ServerUnreachableError, type QueryAnswer } from './query-command.js';

export interface QuerySocketOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Longest answer that is read, and the most that may wait to be sent: more than any query is long. */
const bytesMax = 2 ** 31 - 1;

/** Close code of a WebSocket for a message beyond the limit. */
const tooLong = 1009;

const closing = Buffer.from('}}');
const qidPattern = /^\{"_qid":"(\d+)"/;
const failurePattern = /^\{(?:"_qid":"\d+",)?"[A-Z_]+_RSP_ERR"/;

interface Asked {
  readonly qid: string;
  readonly message: Uint8Array;
  readonly resolve: (answer: QueryAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A WebSocket of a server on which any number of queries may be under way. Each gets a `_qid` of its own, by which its
 * answer is known in whatever order answers come. How many, the caller decides.
 *
 * A query that is not even JSON is answered without its `_qid`. Such an answer is kept, and nothing more sent, until it
 * is the only one that the remaining queries can have got: so a query's answer is never taken for another's.
 */
export class QuerySocket {
  readonly #place: string;
  #socket: WsConnection | undefined;
  readonly #asked = new Map<string, Asked>();
  readonly #unsent: Asked[] = [];
  readonly #nameless: QueryAnswer[] = [];
  #lastQid = 0;
  /** Why no query can be asked any more. */
  #closed = 'the connection is closed';

  private constructor(place: string) {
    this.#place = place;
  }

  /** Connects. Throws {@link ServerUnreachableError}, `TimeoutError` and `AbortedError`. */
  static async open(address: HostPort, { signal, clock }: QuerySocketOptions): Promise<QuerySocket> {
    const queries = new QuerySocket(formatHostPort(address));
    try {
      queries.#socket = await connectWs(
        `ws://${queries.#place}/`,
        { onMessage: (data) => queries.#onAnswer(data), onClose: (code, reason) => queries.#onClose(code, reason) },
        {
          signal,
          clock,
          limits: { messageBytesMax: bytesMax, bufferedBytesHigh: bytesMax, bufferedBytesMax: bytesMax },
        },
      );
    } catch (error) {
      if (error instanceof WsRefusedError) throw new ServerUnreachableError(queries.#place, error.message, error);
      throw error;
    }
    signal.addEventListener('abort', () => queries.#fail(new AbortedError('the query', signal.reason)), { once: true });
    return queries;
  }

  /**
   * Asks one query, given its name and, as JSON, what stands in its object: `"_class":"Person","_objects":[{}]`. Throws
   * {@link ServerUnreachableError} when the connection ends before the answer, and `AbortedError`.
   */
  ask(name: string, content: string | Uint8Array): Promise<QueryAnswer> {
    const qid = String(++this.#lastQid);
    const head = Buffer.from(`{"${name}":{"_qid":"${qid}"${content.length > 0 ? ',' : ''}`);
    const message = Buffer.concat([head, typeof content === 'string' ? Buffer.from(content) : content, closing]);
    return new Promise((resolve, reject) => {
      const asked = { qid, message, resolve, reject };
      if (this.#socket?.isOpen !== true) reject(this.#gone(this.#closed));
      else if (this.#nameless.length > 0) this.#unsent.push(asked);
      else this.#send(asked);
    });
  }

  close(): void {
    this.#socket?.close();
  }

  #send(asked: Asked): void {
    this.#asked.set(asked.qid, asked);
    // As bytes: of a text that is not UTF-8 the server would close the connection instead of answering.
    this.#socket?.send(asked.message);
  }

  #onAnswer(data: Buffer): void {
    const text = data.toString();
    const qid = qidPattern.exec(text)?.[1];
    const answer = { isOk: !failurePattern.test(text), text };
    if (qid === undefined) this.#nameless.push(answer);
    else {
      this.#asked.get(qid)?.resolve(answer);
      this.#asked.delete(qid);
    }
    if (this.#nameless.length > 0 && this.#nameless.length === this.#asked.size) this.#assignNameless();
  }

  /** As many answers without `_qid` as queries without answer: these are those. */
  #assignNameless(): void {
    const answers = this.#nameless.splice(0);
    for (const asked of this.#asked.values()) {
      const answer = answers.shift();
      if (answer) asked.resolve(answer);
    }
    this.#asked.clear();
    for (const asked of this.#unsent.splice(0)) this.#send(asked);
  }

  #onClose(code: number, reason: string): void {
    const why = code === tooLong ? 'a query was longer than it takes' : reason;
    this.#closed = `it closed the connection with ${code}${why === '' ? '' : `, ${why}`}`;
    this.#fail(this.#gone(this.#closed));
  }

  #gone(problem: string): ServerUnreachableError {
    return new ServerUnreachableError(this.#place, problem);
  }

  #fail(error: Error): void {
    for (const { reject } of [...this.#asked.values(), ...this.#unsent]) reject(error);
    this.#asked.clear();
    this.#unsent.length = 0;
    this.#socket?.close();
  }
}
