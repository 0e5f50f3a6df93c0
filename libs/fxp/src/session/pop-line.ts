import { ClosedError, type SyncytiumError } from '@syncytium/kit';
import { BrokerError, type Broker, type BrokerConnection } from '@syncytium/transport';
import { inflightKeyOf } from '../wire/protocol.js';
import { touch } from './key-expiry.js';

/** Longest time one pop waits before it is sent again: a line that has died in silence is found that way. */
const popMsMax = 10_000;

/** Most items that are asked for at once. */
const batchSizeMax = 64;

/** Most single items that are popped before it is tried again whether there are more at once. */
const restMax = 16;

/** Pops that were sent together, and what came of them: answers may come to us in another order than they were given. */
interface Batch {
  readonly connection: BrokerConnection;
  readonly size: number;
  readonly answers: ({ readonly bytes: Uint8Array | undefined } | undefined)[];
  /** Of the answers, how many have been told. */
  told: number;
  got: number;
}

export interface PopLineOptions {
  readonly broker: Broker;
  /** The session's own connection, which becomes the line's. */
  readonly connection: BrokerConnection;
  /** The list to pop. */
  readonly key: string;
  /** Under which name popped items stay in flight; `undefined` where they do not. */
  readonly holder: string | undefined;
  /** How long the in-flight list outlives the last pop, in milliseconds. */
  readonly expiryMs: number;
  /** An item was popped; `isInFlight` where the list of the present connection holds it. */
  readonly onItem: (bytes: Uint8Array, isInFlight: boolean) => void;
  /** All pops have come back, with or without items. */
  readonly onIdle: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The line that pops a session's items: one connection, on which at most one pop waits. Where items stay in
 * flight, every connection moves them into a list of its own, so that what an old connection does late cannot put the new
 * one's list out of step.
 */
export class PopLine {
  readonly #options: PopLineOptions;
  #connection: BrokerConnection;
  /** The in-flight list of the present connection, where there is one. */
  #inFlightKey: string | undefined;
  #generation = 1;
  #pending = 0;
  #batchSize = 1;
  /** Single items still to be popped before more are asked for at once, and how many it will be when that was in vain. */
  #rest = 0;
  #restNext = 1;
  #isClosed = false;

  constructor(options: PopLineOptions) {
    this.#options = options;
    this.#connection = options.connection;
    this.#inFlightKey = this.#nameInFlight();
  }

  get connection(): BrokerConnection {
    return this.#connection;
  }

  /** Pops that have not come back. */
  get pending(): number {
    return this.#pending;
  }

  /** Names under which items may be in flight, of all connections so far, the present one last. */
  get holders(): string[] {
    return Array.from({ length: this.#generation }, (_, i) => this.#holderOf(i + 1));
  }

  get holder(): string {
    return this.#holderOf(this.#generation);
  }

  /** The in-flight list of the present connection; `undefined` where there is none. */
  get inFlightKey(): string | undefined {
    return this.#inFlightKey;
  }

  /** How many items it makes sense to ask for at once: grows while there are that many, and falls to what there is. */
  get batchSize(): number {
    return this.#batchSize;
  }

  /**
   * Asks for up to so many items: waits for one, and takes along what else is there then. So nothing on the line waits
   * longer than for one item.
   */
  pop(count: number): void {
    const batch: Batch = { connection: this.#connection, size: count, answers: [], told: 0, got: 0 };
    this.#pending += count;
    const { key, expiryMs } = this.#options;
    const { connection } = batch;
    const inFlight = this.#inFlightKey;
    const options = { timeoutMs: popMsMax };
    if (inFlight === undefined) {
      this.#await(
        batch,
        connection.brpop(key, options).then((popped) => popped?.value),
      );
      for (let i = 1; i < count; i++) this.#await(batch, connection.rpop(key));
    } else {
      this.#await(batch, connection.blmove(key, inFlight, 'right', 'left', options));
      for (let i = 1; i < count; i++) this.#await(batch, connection.lmove(key, inFlight, 'right', 'left'));
      // Executed when the pops have their items, even if nobody hears of that any more: nothing else could do that.
      touch(connection, inFlight, expiryMs);
    }
  }

  /** Goes on with a new connection, of which nothing is popped yet. */
  renew(connection: BrokerConnection): void {
    const old = this.#connection;
    this.#connection = connection;
    this.#generation++;
    this.#pending = 0;
    this.#inFlightKey = this.#nameInFlight();
    old.close().catch(() => undefined);
    if (this.#isClosed) connection.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection.close();
  }

  #await(batch: Batch, popping: Promise<Uint8Array | undefined>): void {
    const { onError } = this.#options;
    const position = batch.answers.push(undefined) - 1;
    popping.then(
      (bytes) => {
        batch.answers[position] = { bytes };
        this.#tell(batch);
      },
      (error: unknown) => {
        batch.answers[position] = { bytes: undefined };
        this.#tell(batch);
        if (batch.connection === this.#connection && !this.#isClosed) onError(error);
      },
    );
  }

  /** Tells answers in the order of their pops. */
  #tell(batch: Batch): void {
    const { onItem, onIdle } = this.#options;
    for (let answer = batch.answers[batch.told]; answer; answer = batch.answers[batch.told]) {
      batch.answers[batch.told++] = undefined;
      const isPresent = batch.connection === this.#connection;
      if (isPresent) this.#pending--;
      if (answer.bytes) batch.got++;
      if (batch.told === batch.size) this.#adapt(batch);
      if (answer.bytes) onItem(answer.bytes, isPresent && this.#inFlightKey !== undefined);
      if (isPresent && this.#pending === 0) onIdle();
    }
  }

  #adapt({ size, got }: Batch): void {
    if (got < size) {
      this.#batchSize = Math.max(1, got, size >> 1);
      if (got > 1) return;
      // Who calls and awaits the answer has never more than one there: to look for more each time costs a command.
      this.#rest = this.#restNext;
      this.#restNext = Math.min(2 * this.#restNext, restMax);
    } else if (size >= this.#batchSize) {
      if (size > 1) this.#restNext = 1;
      if (this.#rest > 0) this.#rest--;
      else this.#batchSize = Math.min(2 * size, batchSizeMax);
    }
  }

  #nameInFlight(): string | undefined {
    const { holder, key } = this.#options;
    return holder === undefined ? undefined : inflightKeyOf(key, this.holder);
  }

  #holderOf(generation: number): string {
    const { holder = '' } = this.#options;
    return generation === 1 ? holder : `${holder}.${generation}`;
  }
}

/** Whether an error says that a line to the broker was lost, and not that the broker refused something. */
export function isLineLoss(error: unknown): error is SyncytiumError {
  return error instanceof ClosedError || (error instanceof BrokerError && error.code === 'broker_unreachable');
}
