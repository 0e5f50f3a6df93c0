/** Where a query that comes in pieces goes, which depends on how it begins. */
export interface PartsTarget {
  /** A STORE is read while it comes: `push` and `end` of a long query. */
  readonly openLong: () => PartsSink;
  /** Any other query is handed over when all of it has come. */
  readonly submitWhole: (bytes: Uint8Array) => void;
  /** The query cannot be kept: it is too long for one that is no STORE. */
  readonly refuse: () => void;
}

export interface PartsSink {
  push(bytes: Uint8Array): boolean;
  end(): void;
}

/** So many bytes tell whether a query is a STORE. */
const telltaleBytes = 64;

/** Longest query, in bytes, that is no STORE. */
export const wholeBytesMax = 16 * 2 ** 20;

/** Whether a query begins as a STORE does. */
export function isStore(bytes: Uint8Array): boolean {
  const { buffer, byteOffset, length } = bytes;
  const start = Buffer.from(buffer, byteOffset, Math.min(length, telltaleBytes)).toString('latin1');
  return /^[ \n\r\t]*\{[ \n\r\t]*"STORE"/.test(start);
}

/** A query that comes in pieces. */
export class QueryParts {
  readonly #target: PartsTarget;
  #sink: PartsSink | undefined;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isRefused = false;

  constructor(target: PartsTarget) {
    this.#target = target;
  }

  /** Takes the next piece, of which it keeps nothing; `false` when no more should come until there is room. */
  push(bytes: Uint8Array): boolean {
    if (this.#sink) return this.#sink.push(bytes);
    if (this.#isRefused) return true;
    this.#kept.push(Uint8Array.from(bytes));
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > wholeBytesMax) this.#refuse();
    else if (this.#keptBytes - bytes.length < telltaleBytes && this.#keptBytes >= telltaleBytes) this.#decide();
    return true;
  }

  /** All of it has come. */
  end(): void {
    if (!this.#sink && !this.#isRefused) this.#decide();
    if (this.#sink) this.#sink.end();
    else if (!this.#isRefused) this.#target.submitWhole(this.#take());
  }

  #decide(): void {
    const bytes = Buffer.concat(this.#kept);
    if (!isStore(bytes)) return;
    this.#sink = this.#target.openLong();
    this.#sink.push(this.#take());
  }

  #refuse(): void {
    this.#isRefused = true;
    this.#take();
    this.#target.refuse();
  }

  #take(): Uint8Array {
    const bytes = Buffer.concat(this.#kept);
    this.#kept = [];
    return bytes;
  }
}
