/** What goes on about one session's name. */
interface Negotiation {
  /** Whether it was published again meanwhile. */
  isRepeated: boolean;
}

/**
 * Sessions that were published and not decided about, one piece of work at a time for each name. A name that is published
 * again meanwhile is looked at once more, however often: what is to be done then, its work finds out anew.
 */
export class Negotiations {
  readonly max: number;
  readonly #underWay = new Map<string, Negotiation>();

  /** At most so many names at once. */
  constructor(max: number) {
    this.max = max;
  }

  /** `false` when there are too many. The work must not throw. */
  begin(key: string, work: () => Promise<void>): boolean {
    const underWay = this.#underWay.get(key);
    if (underWay) {
      underWay.isRepeated = true;
      return true;
    }
    if (this.#underWay.size >= this.max) return false;
    void this.#run(key, work);
    return true;
  }

  async #run(key: string, work: () => Promise<void>): Promise<void> {
    const negotiation: Negotiation = { isRepeated: true };
    this.#underWay.set(key, negotiation);
    while (negotiation.isRepeated) {
      negotiation.isRepeated = false;
      await work();
    }
    this.#underWay.delete(key);
  }
}
