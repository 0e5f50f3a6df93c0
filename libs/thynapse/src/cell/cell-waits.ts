import { ChurnMap, ClosedError, Deadlines, durationMs, type Clock, type WaitTable } from '@syncytium/kit';
import { NoServiceError, RefusedError } from '../errors.js';
import type { CellReply } from './cell-state.js';
import { Pending } from './pending.js';
import { timeoutDefault, type WaitOptions } from './wait-options.js';
import { Waiting, type WaitingFor } from './waiting.js';

export interface CellWaitsOptions {
  readonly clock: Clock;
  readonly waits: WaitTable;
  /** How the cell is shown to people. */
  readonly name: string;
  /** Command socket of the transmitter that it uses, or tries to reach. */
  readonly address: () => string;
  /** Nobody waits for this any more, though it may still come. */
  readonly onForgotten: (id: string) => void;
  /** A refusal of something that nobody waits for. */
  readonly onTrouble: (error: Error) => void;
}

/** Those of a cell who wait, by the ids of what they wait for: each for some time only, and shown to people. */
export class CellWaits {
  readonly #options: CellWaitsOptions;
  readonly #waiting = new ChurnMap<string, Waiting>();
  readonly #deadlines: Deadlines;
  #isClosed = false;

  constructor(options: CellWaitsOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
  }

  /** Throws {@link ClosedError}, `AbortedError`, and `LimitError` when too many wait. */
  open(
    id: string,
    what: string,
    { timeout = timeoutDefault, signal }: WaitOptions,
    wanted: WaitingFor = {},
  ): Promise<CellReply | undefined> {
    const { clock, waits, name, address } = this.#options;
    if (this.#isClosed) throw new ClosedError(`cell ${name}`);
    const subject = new Waiting(name, what, wanted, address);
    subject.pending = new Pending<CellReply | undefined>({
      clock,
      deadlines: this.#deadlines,
      waits,
      subject,
      timeoutMs: durationMs(timeout, 'timeout'),
      signal,
      onGivenUp: () => this.#forget(id),
    });
    this.#waiting.set(id, subject);
    return subject.pending.promise;
  }

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  resolve(id: string, answer: CellReply | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.pending?.resolve(answer);
  }

  reject(id: string, error: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.pending?.reject(error);
  }

  /** The transmitter has done it, and named the services that handle it; answers, where they are wanted, are still to come. */
  confirm(id: string, services: readonly string[] | undefined): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    waiting.services = services ?? [];
    if (waiting.isGathering) return;
    if (!waiting.isRequest) this.resolve(id, undefined);
    else if (services?.length === 0) {
      this.reject(id, new NoServiceError(waiting.channel));
      this.#forget(id);
    }
  }

  /** The transmitter does not do it. */
  refuse(id: string, code: string, message: string): void {
    const waiting = this.#waiting.get(id);
    const error = new RefusedError(waiting?.channel ?? 'a command', code, message);
    if (waiting) this.reject(id, error);
    else this.#options.onTrouble(error);
  }

  /** Whoever waits gets a {@link ClosedError}. */
  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#waiting.keys()]) this.reject(id, new ClosedError(`cell ${this.#options.name}`));
    this.#deadlines.close();
  }

  #forget(id: string): void {
    this.#waiting.delete(id);
    this.#options.onForgotten(id);
  }
}
