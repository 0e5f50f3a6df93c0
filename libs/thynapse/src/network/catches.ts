import type { Catch } from '../transmitter/transmitter-cells.js';

/** What a cell elsewhere catches, each once. */
export class Catches implements Iterable<Catch> {
  readonly #caught = new Map<string, Catch>();

  constructor(caught: Iterable<Catch> = []) {
    for (const one of caught) this.add(one);
  }

  add({ pattern, all }: Catch): void {
    this.#caught.set(keyOf({ pattern, all }), { pattern, all });
  }

  delete(caught: Catch): void {
    this.#caught.delete(keyOf(caught));
  }

  [Symbol.iterator](): IterableIterator<Catch> {
    return this.#caught.values();
  }
}

function keyOf({ pattern, all }: Catch): string {
  return `${all ? '*' : ' '}${pattern}`;
}
