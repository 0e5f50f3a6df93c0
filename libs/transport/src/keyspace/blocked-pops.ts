import type { ListEnd } from '../broker.js';
import type { ByteKey } from './byte-key.js';
import type { Keyspace } from './keyspace.js';

/** Somebody who waits for a value of any of some lists. */
export interface BlockedPop {
  readonly keys: readonly ByteKey[];
  /** The end values are taken from. */
  readonly from: ListEnd;
  /** Where the value goes besides to the waiter; nowhere unless told. */
  readonly into?: { readonly key: ByteKey; readonly end: ListEnd };
  /** Called once, when it no longer waits: it has a value. Must neither throw nor execute further commands. */
  onValue(value: Uint8Array, key: ByteKey): void;
  /** Called once, when it no longer waits: what it waits for cannot be done. Likewise. */
  onError(error: unknown): void;
}

/**
 * Who waits for which lists, and in which order. As in Redis, a command is executed to its end before anybody is
 * served; then lists are served in the order they came into being, each to those who wait for it in the order they
 * came, and lists that come into being on the way (a waiter may move its value on) after that.
 *
 * @see docs/spec/broker.md
 */
export class BlockedPops {
  readonly #keyspace: Keyspace;
  readonly #waiters = new Map<ByteKey, Set<BlockedPop>>();
  readonly #all = new Set<BlockedPop>();
  #ready = new Set<ByteKey>();

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
  }

  /** How many wait. */
  get size(): number {
    return this.#all.size;
  }

  /** How many lists somebody waits for. */
  get keyCount(): number {
    return this.#waiters.size;
  }

  /** The lists somebody waits for. */
  keys(): IterableIterator<ByteKey> {
    return this.#waiters.keys();
  }

  /** Who waits for a list, the first to be served first. */
  waitersOf(key: ByteKey): readonly BlockedPop[] {
    return [...(this.#waiters.get(key) ?? [])];
  }

  /** Begins to wait; all the lists must be empty. */
  block(pop: BlockedPop): void {
    this.#all.add(pop);
    for (const key of pop.keys) {
      const waiters = this.#waiters.get(key);
      if (waiters) waiters.add(pop);
      else this.#waiters.set(key, new Set([pop]));
    }
  }

  /** Ends a wait without a value; `false` when it does not wait (any more). */
  unblock(pop: BlockedPop): boolean {
    if (!this.#all.delete(pop)) return false;
    for (const key of pop.keys) {
      const waiters = this.#waiters.get(key);
      if (waiters?.delete(pop) && waiters.size === 0) this.#waiters.delete(key);
    }
    return true;
  }

  /** A list came into being. */
  onListCreated(key: ByteKey): void {
    if (this.#waiters.has(key)) this.#ready.add(key);
  }

  /** Serves whom the last command made servable; to be called after every command. */
  serve(): void {
    while (this.#ready.size > 0) {
      const ready = this.#ready;
      this.#ready = new Set();
      for (const key of ready) this.#serveKey(key);
    }
  }

  #serveKey(key: ByteKey): void {
    const waiters = this.#waiters.get(key);
    if (!waiters) return;
    for (const pop of waiters) {
      if (this.#keyspace.type(key) !== 'list') return;
      if (this.unblock(pop)) this.#servePop(pop, key);
    }
  }

  #servePop(pop: BlockedPop, key: ByteKey): void {
    let value: Uint8Array | undefined;
    try {
      value = pop.into
        ? this.#keyspace.move(key, pop.into.key, pop.from, pop.into.end)
        : this.#keyspace.pop(key, pop.from);
    } catch (error) {
      // The place it was to be moved to holds another kind of value; it stays where it was.
      pop.onError(error);
      return;
    }
    if (value) pop.onValue(value, key);
  }
}
