import { readHistory, writeHistory } from './history-file.js';

/** What was typed on a terminal, a query over several lines as one of them, so that it comes back whole. */
export class TypedHistory {
  readonly #path: string;
  /** The newest first: what readline goes through, once it has told. */
  #kept: string[] = [];
  #hasChanged = false;
  /** The lines of the query whose end is not there. */
  #open: string[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** What was kept the last time. */
  read(): Promise<string[]> {
    return readHistory(this.#path);
  }

  /** Readline has taken a line into its own list. */
  readonly take = (newestFirst: string[]): void => {
    this.#kept = newestFirst;
    this.#hasChanged = true;
  };

  /** A line of a query has been entered, or its last. */
  enter(line: string, isLast: boolean): void {
    this.#open.push(line);
    if (!isLast) return;
    if (this.#open.length > 1) joinLines(this.#kept, this.#open);
    this.forget();
  }

  /** The lines that were entered stay lines of their own. */
  forget(): void {
    this.#open = [];
  }

  /** Keeps all for the next time. */
  async write(): Promise<void> {
    if (this.#hasChanged) await writeHistory(this.#path, this.#kept);
  }
}

/** Newer lines may stand before these, typed while an answer was awaited, and equal ones stand there once. */
function joinLines(newestFirst: string[], lines: readonly string[]): void {
  let at = 0;
  for (const line of lines.toReversed()) {
    const found = newestFirst.indexOf(line);
    if (found < 0) continue;
    newestFirst.splice(found, 1);
    at = found;
  }
  // Texts end on their lines, so spaces mean the same.
  newestFirst.splice(at, 0, lines.map((line) => line.trim()).join(' '));
}
