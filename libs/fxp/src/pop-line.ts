import { ClosedError, type SyncytiumError } from '@syncytium/kit';
import { BrokerError, type Broker, type BrokerCommands, type BrokerConnection } from '@syncytium/transport';
import { inflightKeyOf } from './protocol.js';

/** Longest time one pop waits before it is sent again: a line that has died in silence is found that way. */
const popMsMax = 10_000;

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
  /** A pop has come back, with or without an item. */
  readonly onIdle: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The line that pops a session's items: one connection, of which several pops may wait in their order. Where items stay in
 * flight, every connection moves them into a list of its own, so that what an old connection does late cannot put the new
 * one's list out of step.
 */
export class PopLine {
  readonly #options: PopLineOptions;
  #connection: BrokerConnection;
  #generation = 1;
  #pending = 0;
  #isClosed = false;

  constructor(options: PopLineOptions) {
    this.#options = options;
    this.#connection = options.connection;
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
    const { holder, key } = this.#options;
    return holder === undefined ? undefined : inflightKeyOf(key, this.holder);
  }

  /** Sends so many pops. */
  pop(count: number): void {
    for (let i = 0; i < count; i++) this.#pop();
  }

  /** Goes on with a new connection, of which nothing is popped yet. */
  renew(connection: BrokerConnection): void {
    const old = this.#connection;
    this.#connection = connection;
    this.#generation++;
    this.#pending = 0;
    old.close().catch(() => undefined);
    if (this.#isClosed) connection.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection.close();
  }

  #pop(): void {
    const { key, onItem, onIdle, onError, expiryMs } = this.#options;
    const connection = this.#connection;
    const inFlight = this.inFlightKey;
    this.#pending++;
    const options = { timeoutMs: popMsMax };
    const popping =
      inFlight === undefined
        ? connection.brpop(key, options).then((popped) => popped?.value)
        : connection.blmove(key, inFlight, 'right', 'left', options);
    // Executed when the pop has its item, even if nobody hears of that any more.
    if (inFlight !== undefined) touch(connection, inFlight, expiryMs);
    popping.then(
      (bytes) => {
        const isPresent = connection === this.#connection;
        if (isPresent) this.#pending--;
        if (bytes) onItem(bytes, isPresent && inFlight !== undefined);
        if (isPresent) onIdle();
      },
      (error: unknown) => {
        if (connection !== this.#connection) return;
        this.#pending--;
        if (!this.#isClosed) onError(error);
      },
    );
  }

  #holderOf(generation: number): string {
    const { holder = '' } = this.#options;
    return generation === 1 ? holder : `${holder}.${generation}`;
  }
}

/** Lets a key outlive this moment by its expiry. Nothing depends on its success. */
export function touch(line: BrokerCommands, key: string, expiryMs: number): void {
  line.expire(key, expiryMs).catch(() => undefined);
}

/** Whether an error says that a line to the broker was lost, and not that the broker refused something. */
export function isLineLoss(error: unknown): error is SyncytiumError {
  return error instanceof ClosedError || (error instanceof BrokerError && error.code === 'broker_unreachable');
}
