import type { ListEnd } from '../broker.js';
import { BrokerError } from '../errors.js';
import { textOf, type ByteKey } from './byte-key.js';
import { Deque } from './deque.js';
import { ExpiryHeap, type Expiring } from './expiry-heap.js';
import { entryBytes, itemBytes } from './memory-use.js';

interface EntryBase extends Expiring {
  readonly key: ByteKey;
  /** Memory it is counted with, its values included. */
  bytes: number;
}

interface StringEntry extends EntryBase {
  readonly type: 'string';
  readonly value: Uint8Array;
}

interface ListEntry extends EntryBase {
  readonly type: 'list';
  readonly items: Deque<Uint8Array>;
}

type Entry = StringEntry | ListEntry;

export interface KeyspaceOptions {
  /** Most bytes that keys and values may take, overheads included (no maximum unless told). */
  readonly bytesMax?: number;
  /** Told when a list comes into being under a key: somebody may be waiting for it. */
  readonly onListCreated?: (key: ByteKey) => void;
}

export interface SetStringOptions {
  readonly onlyIf?: 'absent' | 'present';
  /** When it expires, in milliseconds of the keyspace's time; never unless told. */
  readonly expiresAt?: number;
  /** Keeps the expiry that the key has. */
  readonly keepExpiry?: boolean;
}

/** Most expired keys that one {@link Keyspace.advance} removes, so that no command waits long for others' keys. */
const expiredKeysMax = 1000;

/**
 * Strings and lists under keys, with expiry and a maximum of memory, and no idea of sockets, timers or the clock: the
 * time comes in through {@link advance}. An expired key is gone for every reader at once; its memory follows when it is
 * touched or when the time advances. A list that becomes empty is no more.
 *
 * Values are taken over, not copied, and given out as they are: nobody may change them.
 *
 * Throws {@link BrokerError}: `broker_wrong_type` when a key holds the other kind of value, `broker_out_of_memory` when
 * something new does not fit; what only moves or removes is never refused.
 */
export class Keyspace {
  readonly bytesMax: number;
  readonly #entries = new Map<ByteKey, Entry>();
  readonly #expiries = new ExpiryHeap<Entry>();
  readonly #onListCreated: (key: ByteKey) => void;
  #bytes = 0;
  #now = 0;

  constructor({ bytesMax = Infinity, onListCreated = () => undefined }: KeyspaceOptions = {}) {
    this.bytesMax = bytesMax;
    this.#onListCreated = onListCreated;
  }

  /** The time, in milliseconds; it never goes back. */
  get now(): number {
    return this.#now;
  }

  /** Sets the time and removes some of what has expired by then. */
  advance(now: number): void {
    if (now > this.#now) this.#now = now;
    this.#dropExpired(expiredKeysMax);
  }

  /** When the next key expires; `Infinity` when none does. */
  get nextExpiryAt(): number {
    return this.#expiries.peek()?.expiresAt ?? Infinity;
  }

  /** Keys there are, expired ones included until they are removed. */
  get size(): number {
    return this.#entries.size;
  }

  /** Keys there are that expire some time. */
  get expiringCount(): number {
    return this.#expiries.size;
  }

  /** Bytes that keys and values take, overheads included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether so much more would fit, once everything that has expired is gone. */
  fits(bytes: number): boolean {
    if (this.#bytes + bytes <= this.bytesMax) return true;
    this.#dropExpired(Infinity);
    return this.#bytes + bytes <= this.bytesMax;
  }

  /** What a key holds. */
  type(key: ByteKey): 'string' | 'list' | undefined {
    return this.#find(key)?.type;
  }

  /** `false` when there was no such key. */
  delete(key: ByteKey): boolean {
    const entry = this.#find(key);
    if (entry) this.#drop(entry);
    return entry !== undefined;
  }

  /** Removes every key. */
  clear(): void {
    this.#entries.clear();
    this.#expiries.clear();
    this.#bytes = 0;
  }

  /** Keys that have not expired. */
  *keys(): IterableIterator<ByteKey> {
    for (const { key, expiresAt } of this.#entries.values()) if (expiresAt > this.#now) yield key;
  }

  /** When the key expires, `Infinity` for never; `undefined` when there is no such key. */
  expiresAt(key: ByteKey): number | undefined {
    return this.#find(key)?.expiresAt;
  }

  /** Lets a key expire at a time, `Infinity` for never, at once for a time that has come. `false`: no such key. */
  expireAt(key: ByteKey, at: number): boolean {
    const entry = this.#find(key);
    if (!entry) return false;
    if (at <= this.#now) this.#drop(entry);
    else this.#setExpiry(entry, at);
    return true;
  }

  getString(key: ByteKey): Uint8Array | undefined {
    const entry = this.#find(key);
    if (!entry) return undefined;
    if (entry.type !== 'string') throw wrongType(key);
    return entry.value;
  }

  /** Sets a value over whatever the key held; `false` when `onlyIf` forbade it. */
  setString(key: ByteKey, value: Uint8Array, options: SetStringOptions = {}): boolean {
    const { onlyIf, expiresAt = Infinity, keepExpiry = false } = options;
    const before = this.#find(key);
    if (onlyIf === (before ? 'absent' : 'present')) return false;
    const bytes = entryBytes(key) + itemBytes(value);
    this.#reserve(bytes - (before?.bytes ?? 0));
    const keptExpiry = keepExpiry && before ? before.expiresAt : expiresAt;
    if (before) this.#drop(before);
    // One whose time has come is set and gone in the same instant.
    if (keptExpiry <= this.#now) return true;
    const entry: StringEntry = { type: 'string', key, value, bytes, expiresAt: Infinity, heapIndex: -1 };
    this.#entries.set(key, entry);
    this.#bytes += bytes;
    this.#setExpiry(entry, keptExpiry);
    return true;
  }

  /** Puts values at an end, one after the other; returns the list's new length. */
  push(key: ByteKey, end: ListEnd, values: readonly Uint8Array[]): number {
    const list = this.#list(key);
    let bytes = 0;
    for (const value of values) bytes += itemBytes(value);
    this.#reserve(list ? bytes : bytes + entryBytes(key));
    const target = list ?? this.#createList(key);
    for (const value of values) {
      if (end === 'left') target.items.pushLeft(value);
      else target.items.pushRight(value);
    }
    this.#resize(target, bytes);
    return target.items.size;
  }

  /** Takes one value from an end. */
  pop(key: ByteKey, end: ListEnd): Uint8Array | undefined {
    const list = this.#list(key);
    return list && this.#take(list, end);
  }

  /** Takes one value from an end of one list and puts it at an end of another, or of the same one. */
  move(source: ByteKey, destination: ByteKey, from: ListEnd, to: ListEnd): Uint8Array | undefined {
    const list = this.#list(source);
    if (!list) return undefined;
    // Looked up before anything is taken, so that a refusal leaves everything as it was.
    const target = this.#list(destination) ?? this.#createList(destination);
    const value = from === 'left' ? list.items.popLeft() : list.items.popRight();
    if (value === undefined) return undefined;
    if (to === 'left') target.items.pushLeft(value);
    else target.items.pushRight(value);
    this.#resize(target, itemBytes(value));
    this.#resize(list, -itemBytes(value));
    if (list.items.size === 0) this.#drop(list);
    return value;
  }

  /** Length of a list; 0 when there is no such key. */
  length(key: ByteKey): number {
    return this.#list(key)?.items.size ?? 0;
  }

  /** Values from `start` to `stop`, both included; negative positions count from the right, -1 being the last. */
  range(key: ByteKey, start: number, stop: number): Uint8Array[] {
    const items = this.#list(key)?.items;
    if (!items) return [];
    const [from, to] = positionsOf(items.size, start, stop);
    return items.slice(from, to);
  }

  /** Keeps the values from `start` to `stop`, counted as by {@link range}, and removes all others. */
  trim(key: ByteKey, start: number, stop: number): void {
    const list = this.#list(key);
    if (!list) return;
    const { size } = list.items;
    const [from, to] = positionsOf(size, start, stop);
    if (from >= to) {
      this.#drop(list);
      return;
    }
    for (let i = 0; i < from; i++) this.#take(list, 'left');
    for (let i = to; i < size; i++) this.#take(list, 'right');
  }

  /** Removes values equal to `value`, up to `max` from an end; returns how many. */
  remove(key: ByteKey, value: Uint8Array, max: number, from: ListEnd): number {
    const list = this.#list(key);
    if (!list) return 0;
    const removed = list.items.remove((item) => Buffer.compare(item, value) === 0, max, from);
    for (const item of removed) this.#resize(list, -itemBytes(item));
    if (list.items.size === 0) this.#drop(list);
    return removed.length;
  }

  #find(key: ByteKey): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.expiresAt > this.#now) return entry;
    this.#drop(entry);
    return undefined;
  }

  #list(key: ByteKey): ListEntry | undefined {
    const entry = this.#find(key);
    if (!entry) return undefined;
    if (entry.type !== 'list') throw wrongType(key);
    return entry;
  }

  #createList(key: ByteKey): ListEntry {
    const bytes = entryBytes(key);
    const entry: ListEntry = { type: 'list', key, items: new Deque(), bytes, expiresAt: Infinity, heapIndex: -1 };
    this.#entries.set(key, entry);
    this.#bytes += bytes;
    this.#onListCreated(key);
    return entry;
  }

  #take(list: ListEntry, end: ListEnd): Uint8Array | undefined {
    const value = end === 'left' ? list.items.popLeft() : list.items.popRight();
    if (value === undefined) return undefined;
    this.#resize(list, -itemBytes(value));
    if (list.items.size === 0) this.#drop(list);
    return value;
  }

  #resize(entry: Entry, bytes: number): void {
    entry.bytes += bytes;
    this.#bytes += bytes;
  }

  #drop(entry: Entry): void {
    this.#expiries.remove(entry);
    this.#entries.delete(entry.key);
    this.#bytes -= entry.bytes;
  }

  #dropExpired(max: number): void {
    for (let dropped = 0; dropped < max; dropped++) {
      const next = this.#expiries.peek();
      if (!next || next.expiresAt > this.#now) return;
      this.#drop(next);
    }
  }

  #setExpiry(entry: Entry, at: number): void {
    entry.expiresAt = at;
    if (at === Infinity) this.#expiries.remove(entry);
    else this.#expiries.update(entry);
  }

  #reserve(bytes: number): void {
    if (bytes <= 0 || this.fits(bytes)) return;
    throw new BrokerError('broker_out_of_memory', `the broker's ${this.bytesMax} bytes of memory are used up`, {
      details: { driver: 'memory', bytesMax: this.bytesMax, bytesUsed: this.#bytes, bytesAsked: bytes },
    });
  }
}

/** Positions from the first value to behind the last one of `start` to `stop` in a list of so many. */
function positionsOf(size: number, start: number, stop: number): [from: number, to: number] {
  const from = Math.max(start < 0 ? size + start : start, 0);
  const last = Math.min(stop < 0 ? size + stop : stop, size - 1);
  return [from, last + 1];
}

function wrongType(key: ByteKey): BrokerError {
  const name = textOf(key);
  return new BrokerError('broker_wrong_type', `key ${name} holds another kind of value`, {
    details: { driver: 'memory', key: name },
  });
}
