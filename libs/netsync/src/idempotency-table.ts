/** What is known about an idempotency id. */
export type Recall<W, A> =
  /** Nothing: it is a new request. */
  | { readonly kind: 'new' }
  /** The request that was made under it waits. */
  | { readonly kind: 'waiting'; readonly waiter: W }
  /** The request that was made under it has been answered. */
  | { readonly kind: 'answered'; readonly answer: A };

export interface IdempotencyTableOptions {
  /** Most answers kept. */
  readonly answersMax: number;
  /** Most weight of all answers kept, in the unit of the caller. */
  readonly weightMax: number;
  /** How long an answer is kept, in milliseconds. */
  readonly answersKeptMs: number;
}

interface KeptAnswer<A> {
  readonly answer: A;
  readonly weight: number;
  readonly until: number;
}

const nothing = { kind: 'new' } as const;

/**
 * Remembers which request was made under which idempotency id: while it waits, and for some time after it was answered.
 * Where room is short, the oldest answers are forgotten. It sets no timer: what is too old is forgotten when the next
 * answer comes, and never told.
 *
 * @see docs/spec/netsync.md
 */
export class IdempotencyTable<W, A> {
  readonly #options: IdempotencyTableOptions;
  readonly #waiting = new Map<string, W>();
  /** The oldest first. */
  readonly #answers = new Map<string, KeptAnswer<A>>();
  #weight = 0;

  constructor(options: IdempotencyTableOptions) {
    this.#options = options;
  }

  /** Number of answers kept, those included that are too old to be told. */
  get answersCount(): number {
    return this.#answers.size;
  }

  recall(id: string, now: number): Recall<W, A> {
    const waiter = this.#waiting.get(id);
    if (waiter !== undefined) return { kind: 'waiting', waiter };
    const kept = this.#answers.get(id);
    return kept !== undefined && kept.until > now ? { kind: 'answered', answer: kept.answer } : nothing;
  }

  /** A new request waits. */
  begin(id: string, waiter: W): void {
    this.#waiting.set(id, waiter);
  }

  /** The request that waited has left without an answer worth keeping. */
  leave(id: string): void {
    this.#waiting.delete(id);
  }

  /** The request has been answered, after it waited or at once. */
  answer(id: string, answer: A, weight: number, now: number): void {
    this.#waiting.delete(id);
    this.#forget(id);
    this.#answers.set(id, { answer, weight, until: now + this.#options.answersKeptMs });
    this.#weight += weight;
    this.#trim(now);
  }

  #trim(now: number): void {
    const { answersMax, weightMax } = this.#options;
    for (const [id, { until }] of this.#answers) {
      if (until > now && this.#answers.size <= answersMax && this.#weight <= weightMax) return;
      this.#forget(id);
    }
  }

  #forget(id: string): void {
    const kept = this.#answers.get(id);
    if (!kept) return;
    this.#answers.delete(id);
    this.#weight -= kept.weight;
  }
}
