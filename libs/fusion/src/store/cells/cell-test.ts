import type { SharedVector } from '../memory/shared-vector.js';

/** Cells one after the other, by their two words. */
export interface CellVectors {
  readonly lows: SharedVector;
  readonly highs: SharedVector;
}

/** Whether the value in a cell is one that is looked for. */
export abstract class CellTest {
  abstract passes(low: number, high: number): boolean;

  /**
   * Puts the places from `from` to before `end` whose cells pass at the start of `into`, which has room for all of them;
   * says how many there are.
   */
  collect(cells: CellVectors, from: number, end: number, into: Int32Array): number {
    const lows = cells.lows.view;
    const highs = cells.highs.view;
    let count = 0;
    for (let at = from; at < end; at++) if (this.passes(lows[at] as number, highs[at] as number)) into[count++] = at;
    return count;
  }
}

export class NotTest extends CellTest {
  readonly #test: CellTest;

  constructor(test: CellTest) {
    super();
    this.#test = test;
  }

  passes(low: number, high: number): boolean {
    return !this.#test.passes(low, high);
  }
}

/** One test, or all of several. */
export function allOf(tests: readonly CellTest[]): CellTest {
  const [first, ...others] = tests;
  return first && others.length === 0 ? first : new AllTests(tests);
}

class AllTests extends CellTest {
  readonly #tests: readonly CellTest[];

  constructor(tests: readonly CellTest[]) {
    super();
    this.#tests = tests;
  }

  passes(low: number, high: number): boolean {
    for (const test of this.#tests) if (!test.passes(low, high)) return false;
    return true;
  }
}
