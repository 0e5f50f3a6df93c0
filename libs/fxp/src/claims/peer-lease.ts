/**
 * - `there`: its lease was seen, or it has left items that are still to be read.
 * - `doubted`: its lease is gone and nothing of it is left; its last item may just be on its way to us.
 * - `gone`: so it was the next time, too.
 */
export type PeerVerdict = 'there' | 'doubted' | 'gone';

/**
 * What a party knows of the other one's lease, without a broker or a clock. A party that ends properly gives up its lease
 * behind its last item; so a lease that is gone means nothing while there are items to read.
 */
export class PeerLease {
  readonly leaseMs: number;
  #verdict: PeerVerdict = 'there';
  #heardAt: number | undefined;

  constructor(leaseMs: number, heardAt?: number) {
    this.leaseMs = leaseMs;
    this.#heardAt = heardAt;
  }

  get verdict(): PeerVerdict {
    return this.#verdict;
  }

  /** When it last gave a sign of life, in milliseconds of this party's clock; `undefined` when it never did. */
  get heardAt(): number | undefined {
    return this.#heardAt;
  }

  /** Its lease is there, and has so much time left: the renewal was that much less than a lease ago. */
  onSeen(remainingMs: number, now: number): void {
    this.#verdict = 'there';
    this.onHeard(now - Math.max(this.leaseMs - remainingMs, 0));
  }

  /** Its lease is gone, and so many items of it are still to be read. */
  onMissing(items: number): void {
    this.#verdict = items > 0 ? 'there' : this.#verdict === 'there' ? 'doubted' : 'gone';
  }

  /** It gave a sign of life then. */
  onHeard(at: number): void {
    this.#heardAt = Math.max(at, this.#heardAt ?? at);
  }
}
