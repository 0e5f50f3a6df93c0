import { assert } from '@syncytium/kit';
import { planSearch } from '../../executor/plan-search.js';
import type { RowRange } from '../../executor/search.js';
import { bindTerms } from '../../fql/bind-terms.js';
import type { Query } from '../../fql/query.js';
import { FusionError } from '../../errors.js';
import { findObjectsMax } from '../../limits.js';
import type { Store } from '../../store/store.js';
import type { Result } from '../crew.js';
import type { Job } from '../job.js';

/**
 * The rows of the class when a query has to look at all of them for its terms, so that several threads may each look at
 * some; 0 when it need not, or when what it gives could not be put together: sorted, cut to a page, or explained.
 */
export function rowsToScan({ body }: Query, store: Store, rowsMin: number): number {
  if (body.name !== 'FIND' && body.name !== 'COUNT') return 0;
  if (body.isExplained || body.className === undefined || body.terms.size === 0) return 0;
  if (body.name === 'FIND' && !isWhole(body.options)) return 0;
  const definition = store.catalogue.find(body.className);
  const table = definition && store.table(definition);
  if (!table || table.rowEnd < rowsMin) return 0;
  try {
    const { sources } = planSearch(store, table, bindTerms(body.terms, definition));
    return sources.length === 0 ? table.rowEnd : 0;
  } catch (error) {
    // Whoever carries it out tells what is wrong.
    if (error instanceof FusionError) return 0;
    throw error;
  }
}

function isWhole({ limit, offset, sort }: { limit: number; offset: number; sort: readonly unknown[] }): boolean {
  return limit === findObjectsMax && offset === 0 && sort.length === 0;
}

/** A search that several threads carry out, each over its part of the rows, and what came of the parts. */
export class SplitScan {
  readonly job: Job;
  readonly ranges: readonly RowRange[];
  readonly #responseBytesMax: number;
  readonly #results: (Result | undefined)[];
  #missing: number;
  #isOver = false;

  constructor(job: Job, rows: number, parts: number, responseBytesMax: number) {
    this.job = job;
    this.ranges = Array.from({ length: parts }, (_, i) => ({
      from: Math.floor((rows * i) / parts),
      end: Math.floor((rows * (i + 1)) / parts),
    }));
    this.#responseBytesMax = responseBytesMax;
    this.#results = this.ranges.map(() => undefined);
    this.#missing = parts;
  }

  /** Takes what came of a part. Gives what came of the whole with the last; `again` where one thread has to do it all. */
  take(part: number, result: Result): Result | 'again' | undefined {
    if (this.#isOver) return undefined;
    this.#results[part] = result;
    if (--this.#missing > 0) return undefined;
    this.#isOver = true;
    const results = this.#results.map((one) => {
      assert(one, 'a part of a search is missing');
      return one;
    });
    return results.find(({ hasFailed }) => hasFailed) ?? this.#merge(results);
  }

  /** Gives the search up; `false` when it is over already. */
  giveUp(): boolean {
    if (this.#isOver) return false;
    return (this.#isOver = true);
  }

  #merge(results: readonly Result[]): Result | 'again' {
    const found = results.reduce((sum, one) => sum + (one.found ?? 0), 0);
    const parts = results.map(({ bytes }) => Buffer.from(bytes ?? []));
    const isCount = this.job.facts.name === 'COUNT';
    if (!isCount && found > findObjectsMax) return 'again';
    const bytes = isCount ? mergeCounts(parts, found) : mergeObjects(parts);
    if (bytes.length > this.#responseBytesMax) return 'again';
    const longest = (of: 'executorMs' | 'indexesMs' | 'nonIndexesMs'): number =>
      Math.max(...results.map((result) => result[of]));
    return {
      hasFailed: false,
      isRefused: false,
      bytes,
      executorMs: longest('executorMs'),
      indexesMs: longest('indexesMs'),
      nonIndexesMs: longest('nonIndexesMs'),
      found,
      threads: results.length,
    };
  }
}

/** `{"COUNT_RSP":{"Person":{"_cnt":7}}}`, with the sum in place of the number. */
function mergeCounts([first]: readonly Buffer[], sum: number): Buffer {
  return Buffer.from(String(first).replace(/\d+\}\}\}$/, `${sum}}}}`));
}

const opening = Buffer.from('"FIND_RSP":[');
const closing = Buffer.from(']}');

/** `{"FIND_RSP":[..]}`: the objects of all parts in the first one's list. */
function mergeObjects(parts: readonly Buffer[]): Buffer {
  const start = (parts[0]?.indexOf(opening) ?? 0) + opening.length;
  const head = parts[0]?.subarray(0, start) ?? opening;
  const pieces: Buffer[] = [];
  for (const part of parts) {
    const objects = part.subarray(start, part.length - closing.length);
    if (objects.length > 0) pieces.push(pieces.length > 0 ? comma : head, objects);
  }
  return Buffer.concat([...(pieces.length > 0 ? pieces : [head]), closing]);
}

const comma = Buffer.from(',');
