import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
  type ResourceLimits,
} from 'node:worker_threads';
import { assert, BoundedQueue } from '@syncytium/kit';
import type { RowRange } from '../../executor/search.js';
import { interfaceNames } from '../../fql/query-names.js';
import type { ReadQuery } from '../../ingest/bulk-queries.js';
import type { StoreLayout } from '../../store/store.js';
import type { LentPiece, Result } from '../crew.js';
import type { Job } from '../job.js';
import type { LongQuery } from '../long-query.js';
import { newRingMemory, RingReader, RingWriter, type RingMessage } from './message-ring.js';
import { postBytes } from './post-bytes.js';
import type { SplitScan } from './split-scan.js';
import {
  answerBits,
  fromPosted,
  inBandBytesMax,
  inHandMax,
  piecesInHandMax,
  requestKinds,
  ringBytes,
  type PostedRead,
  type WorkerNews,
  type WorkerStart,
} from './worker-protocol.js';

/** How worker threads are started. */
export interface WorkerOptions {
  /** The module that the thread runs. */
  readonly entry: URL;
  /** Limits of the thread's own heap, which holds neither objects nor indexes. */
  readonly resourceLimits?: ResourceLimits | undefined;
}

/** What a thread tells. */
export interface WorkerEvents {
  onDone(job: Job, result: Result): void;
  /** A part of a search has been carried out. */
  onPart(scan: SplitScan, part: number, result: Result): void;
  onExpired(): void;
  /** See {@link CrewEvents.onRead} and {@link CrewEvents.onPaused}. */
  onRead(query: LongQuery, read: ReadQuery | undefined): void;
  onPaused(job: Job, piece: LentPiece | undefined): void;
  /** As far as it was done by now, a long query has been given up; `false` where it has to be asked again. */
  onGivenUp(query: LongQuery, isDone: boolean): void;
  /** Classes or indexes have come or gone. */
  onLayout(layout: StoreLayout): void;
  /** It has begun to look for queries. */
  onReady(): void;
  /** There are answers to collect. */
  onAnswers(): void;
  /** A query failed by a mistake of ours. */
  onUnexpected(query: string, error: unknown): void;
  /** It has ended by itself; what it has in hand will not be answered. */
  onDeath(error: Error): void;
}

const noBytes = new Uint8Array();

/** A thread has a part of a search at most, given while it has nothing else in hand, so each has room for one query more. */
const queriesInHandMax = inHandMax + 1;

/** Queries that may take long: what comes behind one waits. */
const heavyQueries: ReadonlySet<string | undefined> = new Set(['FIND', 'COUNT', 'OIDS']);

/** What an answer is awaited for: a query, a part of a search, of a query that is long (`read`, `giveUp`), or what expires. */
type InHand =
  | { readonly kind: 'query'; readonly job: Job }
  | { readonly kind: 'part'; readonly scan: SplitScan; readonly part: number }
  | { readonly kind: 'read' | 'giveUp'; readonly query: LongQuery }
  | { readonly kind: 'expire' };

/** This side of one worker thread: what it has in hand, and the rings to and from it. */
export class WorkerThread {
  readonly #events: WorkerEvents;
  readonly #worker: Worker;
  readonly #requests: RingWriter;
  readonly #answers: RingReader;
  readonly #port: MessagePort;
  /** In the order given, which is that of the answers. */
  readonly #inHand = new BoundedQueue<InHand>(queriesInHandMax + piecesInHandMax);
  /** Queries in hand, and parts of searches. */
  #queryCount = 0;
  #heavyCount = 0;
  #isReady = false;
  #hasEnded = false;
  #lastError: Error | undefined;
  /** The layout of the store that the thread knows. */
  #layout: StoreLayout;

  constructor(
    { entry, resourceLimits }: WorkerOptions,
    layout: StoreLayout,
    start: Omit<WorkerStart, 'requests' | 'answers' | 'port'>,
    events: WorkerEvents,
  ) {
    const [requests, answers] = [newRingMemory(ringBytes), newRingMemory(ringBytes)];
    const { port1, port2 } = new MessageChannel();
    const workerData: WorkerStart = { ...start, requests, answers, port: port2 };
    this.#events = events;
    this.#requests = new RingWriter(requests);
    this.#answers = new RingReader(answers);
    this.#port = port1;
    this.#layout = layout;
    // Not among the data of the thread, which would refer to it for as long as it lives.
    port1.postMessage(layout);
    this.#worker = new Worker(entry, {
      workerData,
      transferList: [port2],
      ...(resourceLimits && { resourceLimits }),
    });
    this.#worker.on('message', this.#onNews);
    this.#worker.on('error', (error: Error) => (this.#lastError = error));
    this.#worker.on('exit', this.#onExit);
  }

  /** Whether it has ever looked for queries. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether it has ended by itself. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get inHandCount(): number {
    return this.#inHand.size;
  }

  /** Whether it can be given no query; there is still room for pieces of long ones. */
  get isFull(): boolean {
    return this.#queryCount >= queriesInHandMax;
  }

  /** Queries in hand that may take long. */
  get heavyCount(): number {
    return this.#heavyCount;
  }

  give(job: Job, bytes: Uint8Array): void {
    if (heavyQueries.has(job.facts.name)) this.#heavyCount++;
    const isLong = bytes.length > inBandBytesMax;
    if (isLong) postBytes(this.#port, bytes);
    this.#request(
      { kind: 'query', job },
      isLong ? requestKinds.longQuery : requestKinds.query,
      isLong ? noBytes : bytes,
    );
  }

  /** A part of a search; the bytes are those of its query, and few. */
  givePart(scan: SplitScan, part: number, bytes: Uint8Array): void {
    const { from, end } = scan.ranges[part] as RowRange;
    this.#heavyCount++;
    this.#request({ kind: 'part', scan, part }, requestKinds.queryPart, bytes, [from, end, 0]);
  }

  expire(objectsMax: number): void {
    this.#request({ kind: 'expire' }, requestKinds.expire, noBytes, [objectsMax, 0, 0]);
  }

  read(query: LongQuery, piece: Uint8Array, isLast: boolean): void {
    const { number, source } = query.options;
    // In shared memory, so it is not copied.
    this.#port.postMessage(piece);
    const numbers = [number, interfaceNames.indexOf(source.from), isLast ? 1 : 0] as const;
    this.#request({ kind: 'read', query }, requestKinds.piece, noBytes, numbers);
  }

  goOn(job: Job): void {
    const { long } = job;
    const numbers = long ? ([long.options.number, long.takeReturned(), 0] as const) : undefined;
    this.#request({ kind: 'query', job }, long ? requestKinds.goOn : requestKinds.resume, noBytes, numbers);
  }

  giveUp(query: LongQuery): void {
    this.#request({ kind: 'giveUp', query }, requestKinds.giveUp, noBytes, [query.options.number, 0, 0]);
  }

  /** Lets the thread know the layout of the store at once, unless it does: it keeps the memory of what is gone until then. */
  showLayout(layout: StoreLayout): void {
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#port.postMessage(layout);
    this.#write(requestKinds.layout, noBytes);
    this.flush();
  }

  /** Has the thread see what was given. */
  flush(): void {
    if (this.#requests.publish()) this.#requests.wake();
  }

  /** Tells what has been answered; `false` when there was nothing. */
  collect(): boolean {
    let message = this.#answers.read();
    if (!message) return false;
    for (; message; message = this.#answers.read()) this.#take(message);
    return true;
  }

  /** From now on, the thread has to say when there are answers; `false` when there are. */
  rest(): boolean {
    return this.#answers.fallAsleep();
  }

  /** Takes away everything that is in hand: queries, and `undefined` for what expires. */
  takeBack(): readonly (Job | undefined)[] {
    const taken: (Job | undefined)[] = [];
    for (const entry of this.#inHand)
      if (entry.kind === 'query') taken.push(entry.job);
      else if (entry.kind === 'part' && entry.scan.giveUp()) taken.push(entry.scan.job);
      else if (entry.kind === 'expire') taken.push(undefined);
    this.#inHand.clear();
    this.#queryCount = 0;
    this.#heavyCount = 0;
    return taken;
  }

  async end(): Promise<void> {
    this.#worker.off('exit', this.#onExit);
    this.#port.close();
    await this.#worker.terminate();
  }

  #request(entry: InHand, kind: number, bytes: Uint8Array, numbers?: RingMessage['numbers']): void {
    assert(this.#inHand.push(entry), 'a thread has too much in hand');
    if (isQuery(entry)) this.#queryCount++;
    this.#write(kind, bytes, numbers);
  }

  #write(kind: number, bytes: Uint8Array, numbers: RingMessage['numbers'] = [0, 0, 0]): void {
    assert(this.#requests.write(kind, 0, bytes, numbers), 'no room for a request');
  }

  #take({ kind, id, numbers, payload }: RingMessage): void {
    const entry = this.#inHand.shift();
    assert(entry, 'a thread answered what it was not asked');
    if (isQuery(entry)) this.#queryCount--;
    if ((kind & answerBits.hasLayout) !== 0) this.#takeLayout(this.#receive() as StoreLayout);
    const isPaused = (kind & answerBits.isPaused) !== 0;
    if (entry.kind === 'query') this.#takeAnswer(entry.job, isPaused, { kind, id, numbers, payload });
    else if (entry.kind === 'part') this.#takePart(entry.scan, entry.part, { kind, id, numbers, payload });
    else if (entry.kind === 'expire') this.#events.onExpired();
    else if (entry.kind === 'giveUp') this.#events.onGivenUp(entry.query, !isPaused);
    else this.#events.onRead(entry.query, this.#receiveRead(kind));
  }

  #receiveRead(kind: number): ReadQuery | undefined {
    return (kind & answerBits.hasRead) === 0 ? undefined : fromPosted(this.#receive() as PostedRead);
  }

  #takePart(scan: SplitScan, part: number, message: RingMessage): void {
    this.#heavyCount--;
    this.#events.onPart(scan, part, this.#resultOf(message, message.numbers[0] / 1000));
  }

  #takeAnswer(job: Job, isPaused: boolean, message: RingMessage): void {
    job.executorMs += message.numbers[0] / 1000;
    if (isPaused) {
      const bytes = this.#bytesOf(message.kind, message.payload);
      this.#events.onPaused(job, bytes && job.long?.lend({ bytes, lease: message.numbers[1] }));
      return;
    }
    if (heavyQueries.has(job.facts.name)) this.#heavyCount--;
    this.#events.onDone(job, this.#resultOf(message, job.executorMs));
  }

  #resultOf({ kind, id, numbers, payload }: RingMessage, executorMs: number): Result {
    return {
      hasFailed: (kind & answerBits.hasFailed) !== 0,
      isRefused: false,
      bytes: this.#bytesOf(kind, payload),
      executorMs,
      indexesMs: numbers[1] / 1000,
      nonIndexesMs: numbers[2] / 1000,
      found: id,
    };
  }

  #bytesOf(kind: number, payload: Uint8Array): Uint8Array | undefined {
    if ((kind & answerBits.hasBytes) === 0) return undefined;
    return (kind & answerBits.isLong) === 0 ? Buffer.from(payload) : (this.#receive() as Uint8Array);
  }

  #takeLayout(layout: StoreLayout): void {
    this.#layout = layout;
    this.#events.onLayout(layout);
  }

  #receive(): unknown {
    const received = receiveMessageOnPort(this.#port) as { readonly message: unknown } | undefined;
    assert(received, 'nothing was posted');
    return received.message;
  }

  #beReady(): void {
    this.#isReady = true;
    this.#events.onReady();
  }

  readonly #onNews = (news: WorkerNews): void => {
    if (news.type === 'unexpected') this.#events.onUnexpected(news.query, news.error);
    else if (news.type === 'ready') this.#beReady();
    else this.#events.onAnswers();
  };

  readonly #onExit = (code: number): void => {
    this.#hasEnded = true;
    this.#events.onDeath(this.#lastError ?? new Error(`exit code ${code}`));
    this.#port.close();
  };
}

function isQuery({ kind }: InHand): boolean {
  return kind === 'query' || kind === 'part';
}
