import type { RequestFacts, TraceEntry } from './trace.js';

export interface GraphLogOptions {
  /** Most columns; further waits are drawn without one of their own (64 unless told). */
  readonly columnsMax?: number;
  /** Paints a text; plain unless told. */
  readonly paint?: (text: string, kind: TraceEntry['kind']) => string;
}

/** Lines have at least as many columns, so that those of a pair stand below each other. */
const columnsMin = 2;

/**
 * Draws waits as a graph, one line for each thing that happens. Every waiting request has a column, which it keeps until
 * it leaves; a new one takes the leftmost free column.
 *
 * ```
 * ┌─ VM:coin
 * │┌ CUST:coin
 * └└ CUST:coin VM:coin
 * ```
 *
 * `┌` a request begins to wait, `└` it syncs, `┴` it leaves without (cancelled, or its time ran out).
 */
export class GraphLog {
  /** The request of each column, `undefined` where it is free; the last is never free. */
  readonly #columns: (string | undefined)[] = [];
  #hasDrawn = false;
  readonly #columnsMax: number;
  readonly #paint: (text: string, kind: TraceEntry['kind']) => string;

  constructor({ columnsMax = 64, paint = (text) => text }: GraphLogOptions = {}) {
    this.#columnsMax = columnsMax;
    this.#paint = paint;
  }

  /** The line, without a line break; after everybody has left, an empty one before the next request. */
  draw(entry: TraceEntry): string[] {
    const isNewGraph = this.#hasDrawn && this.#columns.length === 0;
    this.#hasDrawn = true;
    const requests = entry.kind === 'match' ? entry.requests : [entry.request];
    if (entry.kind === 'arrive') this.#occupy(entry.request.id);
    const cells = this.#cells(requests, marks[entry.kind]);
    if (entry.kind !== 'arrive') this.#release(requests);
    const line = `${this.#paint(cells, entry.kind)} ${requests.map(label).join(' ')}`;
    return isNewGraph ? ['', line] : [line];
  }

  #occupy(id: string): void {
    const free = this.#columns.indexOf(undefined);
    if (free >= 0) this.#columns[free] = id;
    else if (this.#columns.length < this.#columnsMax) this.#columns.push(id);
  }

  #release(requests: readonly RequestFacts[]): void {
    for (const { id } of requests) {
      const column = this.#columns.indexOf(id);
      if (column >= 0) this.#columns[column] = undefined;
    }
    while (this.#columns.length > 0 && this.#columns.at(-1) === undefined) this.#columns.pop();
  }

  #cells(requests: readonly RequestFacts[], mark: string): string {
    const ids = new Set(requests.map(({ id }) => id));
    const cells = this.#columns.map((id) => (id === undefined ? ' ' : ids.has(id) ? mark : '│'));
    // A request without a column of its own is drawn in one behind all others.
    if (cells.filter((cell) => cell === mark).length < ids.size) cells.push(mark);
    while (cells.length < columnsMin) cells.push(' ');
    // A line leads from the last mark to the text.
    for (let column = cells.lastIndexOf(mark) + 1; column < cells.length; column++) {
      if (cells[column] === ' ') cells[column] = '─';
    }
    return cells.join('');
  }
}

const marks = { arrive: '┌', match: '└', leave: '┴' } as const;

/** Control characters would break the drawing, or more, on a terminal. */
function label({ actor, event }: RequestFacts): string {
  return `${actor}:${event}`.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}
