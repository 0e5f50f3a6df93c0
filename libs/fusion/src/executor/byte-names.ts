/**
 * What belongs to a name that stands in bytes, as ASCII. It is looked up once by its text and then known; of many queries
 * most name what the last one did, which takes no text.
 */
export class ByteNames<T extends object> {
  readonly #lookUp: (name: string) => T | undefined;
  readonly #known = new Map<string, T>();
  #lastName: Uint8Array | undefined;
  #last: T | undefined;

  /** @param lookUp What belongs to a name; `undefined` when nothing does, which is not kept. */
  constructor(lookUp: (name: string) => T | undefined) {
    this.#lookUp = lookUp;
  }

  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    if (this.#lastName && isSame(this.#lastName, bytes, start, end)) return this.#last;
    const nameBytes = Buffer.from(bytes.subarray(start, end));
    const name = nameBytes.toString('latin1');
    const found = this.#known.get(name) ?? this.#lookUp(name);
    if (!found) return undefined;
    this.#known.set(name, found);
    this.#lastName = nameBytes;
    return (this.#last = found);
  }

  /** Forgets everything. */
  clear(): void {
    this.#known.clear();
    this.#lastName = undefined;
  }
}

function isSame(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}
