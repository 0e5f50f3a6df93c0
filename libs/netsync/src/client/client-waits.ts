import { throwIfAborted, WaitTable, type Clock, type Prng } from '@syncytium/kit';
import type { SendParams } from '../netsync.js';
import { ClientWait } from './client-wait.js';

export interface ClientWaitsOptions {
  readonly clock: Clock;
  readonly prng: Prng;
  readonly outstandingMax: number;
  readonly graceMs: number;
  readonly server: string;
}

/** Opens the waits of one client: gives each an idempotency id, a place in the table, and a limit to their number. */
export class ClientWaits {
  readonly table: WaitTable;
  readonly #options: ClientWaitsOptions;
  readonly #idPrefix: string;
  #opened = 0;

  constructor(options: ClientWaitsOptions) {
    this.#options = options;
    this.table = new WaitTable({ system: 'netsync-client', clock: options.clock, max: options.outstandingMax });
    this.#idPrefix = Buffer.from(options.prng.bytes(12)).toString('base64url');
  }

  /** Throws `AbortedError`, `LimitError`, and `ParamError` for a bad timeout. */
  open({ signal, ...params }: SendParams, onGivenUp: () => void): ClientWait {
    throwIfAborted(signal, 'the request');
    const { clock, graceMs, server } = this.#options;
    const idempotency = `${this.#idPrefix}-${(this.#opened++).toString(36)}`;
    const wait = new ClientWait({ params, signal, idempotency, clock, graceMs, server, onGivenUp });
    try {
      wait.wait = this.table.open(wait, wait.deadline);
    } catch (error) {
      wait.reject(error as Error);
    }
    return wait;
  }
}
