import type { CellInput, PatternChange } from './cell-state.js';
import type { CellWaits } from './cell-waits.js';
import type { WaitOptions } from './wait-options.js';

const confirmed: Readonly<Record<PatternChange, string>> = {
  catch: 'caught',
  drop: 'dropped',
  answer: 'answered',
  ignore: 'ignored',
  hear: 'listened to',
  mute: 'muted',
};

/** What a cell catches, answers and listens to, as it asks its transmitter for it. */
export class CellPatterns {
  readonly #waits: CellWaits;
  readonly #step: (input: CellInput) => void;
  /** How many listeners want each pattern: the transmitter is told of the first and of the last. */
  readonly #heard = new Map<string, number>();
  #changes = 0;

  constructor(waits: CellWaits, step: (input: CellInput) => void) {
    this.#waits = waits;
    this.#step = step;
  }

  /** Starts or stops catching a pattern, or listening to it; resolves when the transmitter has done so. */
  async change(type: PatternChange, pattern: string, options: WaitOptions = {}): Promise<void> {
    const id = this.#nextId();
    const waiting = this.#waits.open(id, `the confirmation that ${pattern} is ${confirmed[type]}`, options);
    this.#step({ type, pattern, id });
    await waiting;
  }

  /** From now on events that match come; resolves when none is missed any more. */
  async hear(pattern: string, options: WaitOptions = {}): Promise<void> {
    this.#heard.set(pattern, (this.#heard.get(pattern) ?? 0) + 1);
    try {
      await this.change('hear', pattern, options);
    } catch (error) {
      this.unhear(pattern);
      throw error;
    }
  }

  /** One of those who wanted the pattern does not want it any more. */
  unhear(pattern: string): void {
    const others = (this.#heard.get(pattern) ?? 0) - 1;
    if (others > 0) this.#heard.set(pattern, others);
    else if (this.#heard.delete(pattern)) this.#step({ type: 'mute', pattern, id: this.#nextId() });
  }

  #nextId(): string {
    return `p${++this.#changes}`;
  }
}
