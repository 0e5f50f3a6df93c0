import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { assert, InternalError, systemClock, systemPrng } from '@syncytium/kit';
import { Executor } from '../../executor/executor.js';
import type { RowRange } from '../../executor/search.js';
import { parseQuery } from '../../fql/parse-query.js';
import { interfaceNames } from '../../fql/query-names.js';
import type { Query } from '../../fql/query.js';
import { BulkQueries } from '../../ingest/bulk-queries.js';
import type { ResponsePiece } from '../../ingest/response-pieces.js';
import { Store, type StoreLayout } from '../../store/store.js';
import type { Result } from '../crew.js';
import { GoneMemory } from '../gone-memory.js';
import { PollWindow } from '../poll-window.js';
import { noTimes, runQuery, WriteRun } from '../run-query.js';
import { RingReader, RingWriter, type RingMessage } from './message-ring.js';
import { postBytes } from './post-bytes.js';
import { processClock } from './process-clock.js';
import {
  answerBits,
  inBandBytesMax,
  requestKinds,
  toPosted,
  WriterState,
  type WorkerNews,
  type WorkerStart,
} from './worker-protocol.js';

const noBytes = new Uint8Array();

const { hasBytes, isLong, isPaused } = answerBits;

/** Longest time, in milliseconds, that finished answers wait for others to be shown together with them. */
const answersWaitMsMax = 0.1;

/** Carries out the queries that another thread writes to its ring, one after the other, for ever. */
export class QueryWorker {
  readonly #start: WorkerStart;
  readonly #requests: RingReader;
  readonly #answers: RingWriter;
  readonly #state: WriterState;
  readonly #pollWindow: PollWindow;
  readonly #prng = systemPrng();
  #store: Store;
  #executor: Executor;
  #bulk: BulkQueries;
  /** The write that is paused, and what came of it where it had to be carried out to its end meanwhile. */
  #begun: { readonly write: WriteRun; result?: Result } | undefined;
  /** The layout that the other side knows, and what became of others. */
  readonly #memory: GoneMemory;

  constructor(start: WorkerStart) {
    this.#start = start;
    this.#requests = new RingReader(start.requests);
    this.#answers = new RingWriter(start.answers);
    this.#state = new WriterState(start.state);
    this.#pollWindow = new PollWindow(start.pollWindowMs);
    this.#memory = new GoneMemory(this.#receive() as StoreLayout);
    this.#store = Store.attach(this.#memory.layout, this.#prng);
    this.#executor = this.#makeExecutor();
    this.#bulk = this.#makeBulk();
    if (start.isWriter) this.#write(() => start.recovers && this.#store.recover());
  }

  /** Blocks its thread for ever: it looks for queries while the window is open, and sleeps otherwise. */
  run(): never {
    tell({ type: 'ready' });
    for (;;) {
      let shownAt = systemClock.now();
      for (let request = this.#requests.read(); request; request = this.#requests.read()) {
        this.#take(request);
        this.#memory.giveBack();
        const now = systemClock.now();
        this.#pollWindow.extend(now);
        if (now - shownAt < answersWaitMsMax) continue;
        this.#showAnswers();
        shownAt = now;
      }
      this.#showAnswers();
      if (!this.#pollWindow.isOpen(systemClock.now())) this.#requests.sleep();
    }
  }

  #take({ kind, numbers, payload }: RingMessage): void {
    this.#store.refresh();
    if (kind === requestKinds.layout) this.#attach(this.#receive() as StoreLayout);
    else if (kind === requestKinds.expire) this.#expire(numbers[0]);
    else if (kind === requestKinds.piece) this.#readPiece(numbers);
    else if (kind === requestKinds.goOn) this.#goOn(numbers);
    else if (kind === requestKinds.resume) this.#resume();
    else if (kind === requestKinds.giveUp)
      this.#answers.write(this.#bulk.giveUp(numbers[0]) ? 0 : isPaused, 0, noBytes);
    else if (kind === requestKinds.queryPart)
      this.#answerQuery(Buffer.from(payload), { from: numbers[0], end: numbers[1] });
    // What is in shared memory may be overwritten as soon as the next request is read.
    else this.#answerQuery(kind === requestKinds.longQuery ? (this.#receive() as Uint8Array) : Buffer.from(payload));
  }

  #answerQuery(bytes: Uint8Array, range?: RowRange): void {
    const parsed = parseQuery(bytes, 'standard');
    // The interfaces have read it before.
    if (!parsed.ok) throw new InternalError('a query cannot be read twice', { cause: parsed.rejected.error });
    const { query } = parsed;
    if (query.access === 'write') this.#answerWrite(query);
    else this.#answer(runQuery(query, () => this.#executor.execute(query, range), systemClock, tellUnexpected));
  }

  #answerWrite(query: Query): void {
    const write = new WriteRun(query, () => this.#executor.begin(query), systemClock, tellUnexpected);
    if (!this.#begun) {
      this.#goOnWriting(write);
      return;
    }
    // It was on its way before the other side knew that there is one that is paused, which nobody writes beside.
    this.#begun.result ??= this.#finishWriting(this.#begun.write);
    this.#answer(this.#finishWriting(write));
  }

  #resume(): void {
    assert(this.#begun, 'nothing is paused');
    const { write, result } = this.#begun;
    this.#begun = undefined;
    if (result) this.#answer(result);
    else this.#goOnWriting(write);
  }

  #goOnWriting(write: WriteRun): void {
    this.#state.isWriting = true;
    let result = write.goOn();
    // A pause takes a while, also where nobody wants it.
    while (!result && !this.#isAwaited) result = write.goOn();
    const executorMs = write.takeMs();
    if (result) {
      this.#endWriting();
      this.#answer({ ...result, executorMs });
      return;
    }
    // Others may read now, but it stays half done.
    this.#begun = { write };
    this.#answers.write(isPaused, 0, noBytes, [toMicroseconds(executorMs), 0, 0]);
  }

  get #isAwaited(): boolean {
    return this.#state.takeAwaited() || !this.#requests.isEmpty;
  }

  #finishWriting(write: WriteRun): Result {
    this.#state.isWriting = true;
    const result = write.goOn(Infinity);
    assert(result, 'a write has not been carried out');
    this.#endWriting();
    return { ...result, executorMs: write.takeMs() };
  }

  #expire(objectsMax: number): void {
    this.#write(() => this.#executor.expire(objectsMax));
    this.#answers.write(0, 0, noBytes);
  }

  #readPiece([number, from, isLast]: RingMessage['numbers']): void {
    const piece = this.#receive() as Uint8Array;
    const read = this.#bulk.read(number, interfaceNames[from] ?? 'standard', piece, isLast === 1);
    if (read) this.#start.port.postMessage(toPosted(read));
    this.#answers.write(read ? answerBits.hasRead : 0, 0, noBytes);
  }

  #goOn([number, returned]: RingMessage['numbers']): void {
    const startedAt = systemClock.now();
    this.#state.isWriting = true;
    const { outcome, piece } = this.#bulk.goOn(number, returned);
    const executorMs = systemClock.now() - startedAt;
    if (!outcome) {
      // Others may read now, but it stays half done.
      if (piece) this.#postPiece(piece);
      const kind = piece ? isPaused | hasBytes | isLong : isPaused;
      this.#answers.write(kind, 0, noBytes, [toMicroseconds(executorMs), piece?.lease ?? 0, 0]);
      return;
    }
    this.#endWriting();
    this.#answer({ ...outcome, ...noTimes, isRefused: false, executorMs });
  }

  #postPiece({ bytes, lease }: ResponsePiece): void {
    // What is lent is in shared memory.
    this.#start.port.postMessage(bytes, lease === 0 ? [bytes.buffer as ArrayBuffer] : []);
  }

  #write<T>(change: () => T): T {
    this.#state.isWriting = true;
    const result = change();
    this.#endWriting();
    return result;
  }

  /** A change that broke off is for the next thread to undo. */
  #endWriting(): void {
    assert(!this.#store.changes.isBroken, 'a change broke off');
    this.#state.expiresInMs = this.#executor.expiresInMs;
    this.#state.isWriting = false;
  }

  #answer({ hasFailed, bytes, executorMs, indexesMs, nonIndexesMs, found = 0 }: Result): void {
    const isPosted = bytes !== undefined && bytes.length > inBandBytesMax;
    let kind = 0;
    if (hasFailed) kind |= answerBits.hasFailed;
    if (bytes) kind |= hasBytes;
    if (this.#postLayout()) kind |= answerBits.hasLayout;
    if (isPosted) {
      kind |= isLong;
      postBytes(this.#start.port, bytes);
    }
    const payload = isPosted || !bytes ? noBytes : bytes;
    const numbers = [toMicroseconds(executorMs), toMicroseconds(indexesMs), toMicroseconds(nonIndexesMs)] as const;
    assert(this.#answers.write(kind, found, payload, numbers), 'no room for an answer');
    // What the layout of the objects is has to be known before more is changed, should this thread die.
    if ((kind & answerBits.hasLayout) !== 0) this.#showAnswers();
  }

  /** The other side has to know new classes and indexes before it learns that they have been made. */
  #postLayout(): boolean {
    if (this.#store.layoutVersion === this.#memory.layout.version) return false;
    this.#memory.layout = this.#store.layout();
    this.#start.port.postMessage(this.#memory.layout);
    return true;
  }

  #showAnswers(): void {
    if (this.#answers.publish()) tell({ type: 'answers' });
  }

  #attach(layout: StoreLayout): void {
    this.#store = Store.attach(layout, this.#prng);
    this.#memory.layout = layout;
    this.#executor = this.#makeExecutor();
    this.#bulk = this.#makeBulk();
  }

  #makeBulk(): BulkQueries {
    return new BulkQueries({
      store: this.#store,
      executor: this.#executor,
      responseBytesMax: this.#start.responseBytesMax,
      onUnexpected: tellUnexpected,
    });
  }

  #makeExecutor(): Executor {
    const { responseBytesMax } = this.#start;
    return new Executor({ store: this.#store, clock: processClock, responseBytesMax });
  }

  #receive(): unknown {
    const received = receiveMessageOnPort(this.#start.port) as { readonly message: unknown } | undefined;
    assert(received, 'nothing was posted');
    return received.message;
  }
}

function tell(news: WorkerNews): void {
  parentPort?.postMessage(news);
}

function tellUnexpected(query: Pick<Query, 'name'>, error: unknown): void {
  tell({ type: 'unexpected', query: query.name, error });
}

function toMicroseconds(ms: number): number {
  return Math.min(Math.round(ms * 1000), 2 ** 32 - 1);
}
