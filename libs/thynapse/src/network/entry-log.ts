import { ChurnMap } from '@syncytium/kit';
import { totalBytes } from '../wire/total-bytes.js';
import type { Entry } from './entry.js';

/** Most bytes of entries that are kept though everybody has them. */
const keptBytesMax = 16 * 1024 * 1024;

/** Most entries at all, and most bytes. */
const entriesMax = 250_000;
const bytesMax = 256 * 1024 * 1024;

/** What an entry takes beside the bytes of its events. */
const entryBytes = 200;

/** And of a request that came with others, for each of its services. */
const choiceBytes = 8;

/** The last entries of one transmitter, by number, without gaps. */
export class EntryLog {
  /** Entries that are kept though everybody has them: for who comes back. */
  readonly keptMax: number;
  #entries = new ChurnMap<number, Entry>();
  #bytes = 0;

  constructor(keptMax: number) {
    this.keptMax = keptMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  get isFull(): boolean {
    return this.#entries.size >= entriesMax || this.#bytes >= bytesMax;
  }

  /** `undefined` for what is not kept, or was never there. */
  get(n: number): Entry | undefined {
    return this.#entries.get(n);
  }

  push(n: number, entry: Entry): void {
    this.#entries.set(n, entry);
    this.#bytes += sizeOf(entry);
  }

  /** Drops what everybody has (up to `known`) and nobody may come back for; and, when it is full, the oldest. */
  trim(known: number): void {
    for (const [n, entry] of this.#entries) {
      const isKept = this.#entries.size <= this.keptMax && this.#bytes <= keptBytesMax;
      if (!this.isFull && (isKept || n > known)) return;
      this.#entries.delete(n);
      this.#bytes -= sizeOf(entry);
    }
  }

  clear(): void {
    this.#entries = new ChurnMap();
    this.#bytes = 0;
  }
}

/** About how many bytes an entry takes. */
export function sizeOf(entry: Entry): number {
  if (entry.type === 'run' || entry.type === 'answers') return entryBytes + entry.bytes.length;
  if (entry.type === 'requests')
    return entryBytes + entry.bytes.length + choiceBytes * entry.count * entry.tasks.length;
  if (entry.type !== 'event' && entry.type !== 'end') return entryBytes;
  const answerBytes = totalBytes(entry.answers);
  return entryBytes + answerBytes + (entry.type === 'event' ? entry.bytes.length : 0);
}
