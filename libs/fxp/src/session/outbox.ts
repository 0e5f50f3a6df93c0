import { BoundedQueue, LimitError, type SyncytiumError } from '@syncytium/kit';
import type { BrokerCommands } from '@syncytium/transport';
import { cutIntoParts } from '../wire/parts.js';
import type { Outgoing } from './session-numbers.js';

/** Most items that wait to be pushed before no more are taken. */
const queueMax = 10_000;
/** Most of what is said without asking for room: unanswered items that are sent again, and words between the parties. */
const reserveMax = 11_000;
/** Most items and bytes of one `LPUSH`; a larger item goes alone. */
const batchItemsMax = 256;
const batchBytesMax = 1024 * 1024;

/** What waits to be pushed. */
interface Entry {
  readonly outgoing: Outgoing | undefined;
  readonly bytes: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Where pushes go: the session's own connection while no pop waits there, or else the broker's shared one. */
export interface OutboxLines {
  line(): BrokerCommands;
  /** Something was put on the line; what belongs behind it in the same write can be put there now. */
  onWritten(line: BrokerCommands, outgoing: readonly Outgoing[]): void;
  /** The broker has so many items more. */
  onPushed(items: number): void;
  /** The broker refused these, and everything behind them is refused with them; `isHalf` where a part of one was taken. */
  onRefused(outgoing: readonly Outgoing[], error: unknown, isHalf: boolean): void;
  /** Whether the line was lost; then nothing is refused, and all is pushed again after {@link Outbox.resume}. */
  isLoss(error: unknown): error is SyncytiumError;
  onLoss(error: SyncytiumError): void;
}

export interface OutboxOptions {
  readonly key: string;
  readonly partBytesMax: number;
  readonly lines: OutboxLines;
}

/**
 * What one party says, on its way to the broker in its order. While one write is under way the next one gathers, so that
 * many items cost few commands.
 */
export class Outbox {
  readonly #key: string;
  readonly #partBytesMax: number;
  readonly #lines: OutboxLines;
  readonly #queue = new BoundedQueue<Entry>(queueMax + reserveMax);
  /** What was lost with its line, before everything else. */
  #again: Entry[] = [];
  #sending: readonly Entry[] = [];
  #isHeld = false;
  #isFlushing = false;
  #queuedBytes = 0;
  #end: Error | undefined;

  constructor({ key, partBytesMax, lines }: OutboxOptions) {
    this.#key = key;
    this.#partBytesMax = partBytesMax;
    this.#lines = lines;
  }

  /** Whether everything has been pushed. */
  get isIdle(): boolean {
    return this.#sending.length === 0 && this.#queue.size === 0 && this.#again.length === 0;
  }

  /** Whether an item in parts is on its way, which wants the line for itself. */
  get isSendingParts(): boolean {
    return this.#sending[0]?.outgoing?.isInParts === true;
  }

  /** Whether so little waits that more may be said without waiting for the broker. */
  get hasRoom(): boolean {
    return this.#queue.size < batchItemsMax && this.#queuedBytes < batchBytesMax && !this.#isHeld;
  }

  /**
   * Throws `LimitError` when too many items wait, and why nothing is said any more. To be asked before an item is given its
   * number, which would be missing for ever where the item cannot be taken.
   */
  checkRoom(): void {
    if (this.#end !== undefined) throw this.#end;
    if (this.#queue.size >= queueMax) throw fullError(queueMax);
  }

  /** Resolves when the broker has it. `isOneOfMany`: others follow at once, and it may travel with them. */
  send(outgoing: Outgoing, isOneOfMany = false): Promise<void> {
    return this.#put(outgoing, outgoing.bytes, isOneOfMany);
  }

  /** Something without a number, such as a claim. */
  sendUncounted(bytes: Uint8Array): Promise<void> {
    return this.#put(undefined, bytes);
  }

  /** Sends again what was sent before and is not on its way now. */
  resend(outgoing: readonly Outgoing[]): void {
    const known = new Set([...this.#again, ...this.#sending, ...this.#queue].map((entry) => entry.outgoing?.seq));
    for (const one of outgoing) if (!known.has(one.seq)) this.#put(one, one.bytes).catch(() => undefined);
  }

  /** Nothing is written until {@link resume}. */
  hold(): void {
    this.#isHeld = true;
  }

  resume(): void {
    this.#isHeld = false;
    this.flush();
  }

  /** Nothing is said any more; whoever waits is told why. */
  close(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#takeAll()) reject(this.#end);
  }

  flush(): void {
    while (this.#sending.length === 0 && !this.#isHeld) {
      const batch = this.#takeBatch();
      if (batch.length === 0) return;
      this.#sending = batch;
      if (batch[0]?.outgoing?.isInParts) void this.#sendParts(batch[0], batch[0].outgoing);
      else this.#sendBatch(batch);
    }
  }

  #put(outgoing: Outgoing | undefined, bytes: Uint8Array, isOneOfMany = false): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) throw this.#end;
      if (!this.#queue.push({ outgoing, bytes, resolve, reject })) throw fullError(this.#queue.max);
      this.#queuedBytes += bytes.length;
      if (isOneOfMany) this.#flushSoon();
      else this.flush();
    });
  }

  /** When everything that can happen now has happened. */
  #flushSoon(): void {
    if (this.#isFlushing || this.#sending.length > 0) return;
    this.#isFlushing = true;
    process.nextTick(() => {
      this.#isFlushing = false;
      this.flush();
    });
  }

  #takeBatch(): Entry[] {
    const batch: Entry[] = [];
    let bytes = 0;
    for (let next = this.#peek(); next; next = this.#peek()) {
      bytes += next.bytes.length;
      const isAlone = next.outgoing?.isInParts === true;
      if (batch.length > 0 && (isAlone || batch.length >= batchItemsMax || bytes > batchBytesMax)) break;
      batch.push(next);
      if (this.#again.length > 0) this.#again.shift();
      else if (this.#queue.shift()) this.#queuedBytes -= next.bytes.length;
      if (isAlone) break;
    }
    return batch;
  }

  #peek(): Entry | undefined {
    return this.#again[0] ?? this.#queue.peek();
  }

  #sendBatch(batch: readonly Entry[]): void {
    const line = this.#lines.line();
    const pushing = line.lpush(this.#key, ...batch.map(({ bytes }) => bytes));
    this.#lines.onWritten(line, numbered(batch));
    pushing.then(
      () => this.#onPushed(batch),
      (error: unknown) => this.#onFailed(batch, error, false),
    );
  }

  async #sendParts(entry: Entry, { bytes, seq }: Outgoing): Promise<void> {
    let isHalf = false;
    const line = this.#lines.line();
    try {
      for (const part of cutIntoParts(bytes, seq, this.#partBytesMax)) {
        const pushing = line.lpush(this.#key, part);
        this.#lines.onWritten(line, []);
        await pushing;
        isHalf = true;
      }
      this.#lines.onWritten(line, numbered([entry]));
      this.#onPushed([entry]);
    } catch (error) {
      this.#onFailed([entry], error, isHalf);
    }
  }

  #onPushed(batch: readonly Entry[]): void {
    if (this.#sending !== batch && this.#sending[0] !== batch[0]) return;
    this.#sending = [];
    const items = numbered(batch).filter(({ kind }) => kind === 'item').length;
    if (items > 0) this.#lines.onPushed(items);
    for (const { resolve } of batch) resolve();
    this.flush();
  }

  #onFailed(batch: readonly Entry[], error: unknown, isHalf: boolean): void {
    if (this.#sending[0] !== batch[0]) return;
    this.#sending = [];
    if (this.#end !== undefined) {
      for (const { reject } of batch) reject(this.#end);
    } else if (this.#lines.isLoss(error)) {
      this.hold();
      this.#again = [...batch, ...this.#again];
      this.#lines.onLoss(error);
    } else {
      // A number that was given out must not be left out: what comes behind the refused one is refused with it.
      const refused = [...batch, ...this.#takeAll()];
      this.#lines.onRefused(numbered(refused), error, isHalf);
      for (const { reject } of refused) reject(error);
    }
  }

  #takeAll(): Entry[] {
    const all = [...this.#again, ...this.#queue];
    this.#again = [];
    this.#queue.clear();
    this.#queuedBytes = 0;
    return all;
  }
}

function fullError(max: number): LimitError {
  return new LimitError('items of a session on their way to the broker', max, 'items');
}

function numbered(entries: readonly Entry[]): Outgoing[] {
  return entries.flatMap(({ outgoing }) => outgoing ?? []);
}
