/** Who wants which topic prefixes; finding all who want a topic costs by the number of different prefix lengths. */
export class TopicTable<S> {
  readonly #subscribers = new Map<string, Set<S>>();
  /** How many prefixes there are of each length. */
  readonly #lengths = new Map<number, number>();

  /** Adds a prefix of a subscriber; `true` when it is the first to want it. */
  add(prefix: string, subscriber: S): boolean {
    const subscribers = this.#subscribers.get(prefix);
    if (subscribers) {
      subscribers.add(subscriber);
      return false;
    }
    this.#subscribers.set(prefix, new Set([subscriber]));
    this.#lengths.set(prefix.length, (this.#lengths.get(prefix.length) ?? 0) + 1);
    return true;
  }

  /** Takes a prefix away; `true` when nobody wants it any more. */
  delete(prefix: string, subscriber: S): boolean {
    const subscribers = this.#subscribers.get(prefix);
    if (!subscribers?.delete(subscriber) || subscribers.size > 0) return false;
    this.#subscribers.delete(prefix);
    const left = (this.#lengths.get(prefix.length) ?? 1) - 1;
    if (left === 0) this.#lengths.delete(prefix.length);
    else this.#lengths.set(prefix.length, left);
    return true;
  }

  /** Prefixes of one subscriber. */
  prefixesOf(subscriber: S): string[] {
    return [...this.#subscribers].filter(([, subscribers]) => subscribers.has(subscriber)).map(([prefix]) => prefix);
  }

  /** Everybody who wants a prefix of the topic, each once. */
  find(topic: string): ReadonlySet<S> {
    let found: ReadonlySet<S> | undefined;
    for (const length of this.#lengths.keys()) {
      const subscribers = length <= topic.length ? this.#subscribers.get(topic.slice(0, length)) : undefined;
      if (subscribers) found = found ? new Set([...found, ...subscribers]) : subscribers;
    }
    return found ?? none;
  }
}

const none: ReadonlySet<never> = new Set();

/** Bytes as text with one character per byte, to look topics up by. */
export function topicKey(topic: Uint8Array | string): string {
  return (typeof topic === 'string' ? Buffer.from(topic, 'utf8') : asBuffer(topic)).toString('latin1');
}

export function topicBytes(key: string): Uint8Array {
  return Buffer.from(key, 'latin1');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
