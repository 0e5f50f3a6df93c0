import type { Entry } from './entry.js';

export interface LogLimits {
  /** Entries that are kept though everybody has them: for who comes back. */
  readonly keptMax: number;
  readonly keptBytesMax: number;
  /** Most entries at all, and most bytes. */
  readonly entriesMax: number;
  readonly bytesMax: number;
}

export const logLimits: LogLimits = {
  keptMax: 10_000,
  keptBytesMax: 16 * 1024 * 1024,
  entriesMax: 250_000,
  bytesMax: 256 * 1024 * 1024,
};

/** What an entry takes beside the bytes of its events. */
const entryBytes = 200;

/** The last entries of one transmitter, by number, without gaps. */
export class EntryLog {
  readonly #limits: LogLimits;
  readonly #entries = new Map<number, Entry>();
  #bytes = 0;

  constructor(limits: LogLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  get isFull(): boolean {
    return this.#entries.size >= this.#limits.entriesMax || this.#bytes >= this.#limits.bytesMax;
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
    const { keptMax, keptBytesMax } = this.#limits;
    for (const [n, entry] of this.#entries) {
      const isKept = this.#entries.size <= keptMax && this.#bytes <= keptBytesMax;
      if (!this.isFull && (isKept || n > known)) return;
      this.#entries.delete(n);
      this.#bytes -= sizeOf(entry);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}

/** About how many bytes an entry takes. */
export function sizeOf(entry: Entry): number {
  return entryBytes + (entry.type === 'event' ? entry.bytes.length : 0);
}
