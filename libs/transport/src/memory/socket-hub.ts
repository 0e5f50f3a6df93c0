import { assert, BoundedQueue, InvalidArgumentError } from '@syncytium/kit';
import { AddressError } from '../errors.js';
import type { SocketOptions } from '../sockets.js';

/** The bound end of an address: a router or a publisher. */
export interface BoundEnd {
  readonly kind: 'router' | 'publisher';
}

/** The connecting end: told when something of its kind is bound at its address. The bound end cuts the line itself. */
export interface Connector<E extends BoundEnd> {
  readonly kind: E['kind'];
  onBound(address: string, end: E): void;
}

export interface MemorySocketsOptions {
  /**
   * Runs what the sockets have to do, soon and not at once: `setImmediate` unless told. A test gives its own, such as
   * `(run) => clock.setTimer(0, run)`.
   */
  readonly schedule?: (run: () => void) => void;
}

/** Far above what the sockets' own queues let through; reached only by a mistake of ours. */
const tasksMax = 100_000_000;

/**
 * The addresses of one set of memory sockets, and the one queue through which all of them act: whatever a socket does to
 * another happens as a task, in the order in which it was asked for.
 */
export class SocketHub {
  readonly #schedule: (run: () => void) => void;
  readonly #tasks = new BoundedQueue<() => void>(tasksMax);
  readonly #bound = new Map<string, BoundEnd>();
  readonly #connectors = new Map<string, Set<Connector<BoundEnd>>>();
  #scheduled = false;
  #lastPort = 49_151;

  constructor({ schedule = setImmediate }: MemorySocketsOptions = {}) {
    this.#schedule = schedule;
  }

  /** Runs a task after all that were posted before it. */
  post(task: () => void): void {
    assert(this.#tasks.push(task), 'memory sockets have too many tasks');
    this.#wake();
  }

  /** Binds an end and gives its address, with a number in place of a port 0 or `*`. */
  bind(address: string, end: BoundEnd): string {
    if (address === '') throw new AddressError('address_invalid', '""', 'must not be empty');
    const real = this.#freeAddress(address);
    if (this.#bound.has(real)) throw new AddressError('address_in_use', real, 'is already in use');
    this.#bound.set(real, end);
    for (const connector of this.#connectors.get(real) ?? []) this.#tellBound(connector, real, end);
    return real;
  }

  /** A number that nobody has in place of a port 0 or `*`. */
  #freeAddress(address: string): string {
    for (;;) {
      const free = address.replace(/:(?:0|\*)$/, () => `:${++this.#lastPort}`);
      if (free === address || !this.#bound.has(free)) return free;
    }
  }

  unbind(address: string, end: BoundEnd): void {
    if (this.#bound.get(address) === end) this.#bound.delete(address);
  }

  isBound(address: string, kind: BoundEnd['kind']): boolean {
    return this.#bound.get(address)?.kind === kind;
  }

  /** From now on the connector is told about the address. */
  connect<E extends BoundEnd>(address: string, connector: Connector<E>): void {
    if (address === '') throw new AddressError('address_invalid', '""', 'must not be empty');
    const connectors = this.#connectors.get(address);
    if (connectors) connectors.add(connector);
    else this.#connectors.set(address, new Set([connector]));
    const end = this.#bound.get(address);
    if (end) this.#tellBound(connector, address, end);
  }

  disconnect<E extends BoundEnd>(address: string, connector: Connector<E>): void {
    const connectors = this.#connectors.get(address);
    connectors?.delete(connector);
    if (connectors?.size === 0) this.#connectors.delete(address);
  }

  /** Makes a connection that was broken anew, as long as the address is bound and the connector wants it. */
  reconnect<E extends BoundEnd>(address: string, connector: Connector<E>): void {
    const end = this.#bound.get(address);
    if (end) this.#tellBound(connector, address, end);
  }

  /** A connector is told of ends of its own kind only. */
  #tellBound(connector: Connector<BoundEnd>, address: string, end: BoundEnd): void {
    if (connector.kind !== end.kind) return;
    this.post(() => {
      const stillWanted = this.#connectors.get(address)?.has(connector) && this.#bound.get(address) === end;
      if (stillWanted) connector.onBound(address, end);
    });
  }

  /** Only what is there now: tasks that these post come in the next round, so that the process can breathe. */
  readonly #runAll = (): void => {
    this.#scheduled = false;
    for (let left = this.#tasks.size; left > 0; left--) this.#tasks.shift()?.();
    if (this.#tasks.size > 0) this.#wake();
  };

  #wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(this.#runAll);
  }
}

/** Memory sockets encrypt nothing, and say so rather than seem to. */
export function refuseCurve({ curve }: SocketOptions): void {
  if (curve) throw new InvalidArgumentError('curve', 'is not offered by the memory driver, which encrypts nothing');
}
