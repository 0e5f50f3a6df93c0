import type { FusionError } from '../errors.js';
import type { QueryName } from '../fql/query-names.js';
import type { QueryHead } from '../fql/query.js';

/** How long a query took and where, in milliseconds. */
export interface QueryTimes {
  /** Whether other queries were ahead of it. */
  readonly isQueued: boolean;
  readonly parseMs: number;
  readonly queueMs: number;
  readonly executorMs: number;
  readonly indexesMs: number;
  readonly nonIndexesMs: number;
  readonly totalMs: number;
  /** How many threads worked on it. */
  readonly threads: number;
}

export type ResponseBody =
  | { readonly ok: true; readonly body: Uint8Array; readonly explanation?: string | undefined }
  | { readonly ok: false; readonly error: FusionError };

/**
 * The bytes of a response without metrics, with the query's `_qid` and explanation beside it; `undefined` when the query
 * wants none. A query that wants no answer but an explanation gets that.
 *
 * @see docs/spec/fusion.md
 */
export function composeResponse(
  name: QueryName | undefined,
  head: QueryHead,
  body: ResponseBody,
): Uint8Array | undefined {
  const entries: Uint8Array[] = [];
  if (isWanted(head, body)) entries.push(formatBody(name, body));
  if (body.ok && body.explanation !== undefined) entries.push(Buffer.from(`"_explain":${body.explanation}`));
  if (entries.length === 0) return undefined;
  return withQid(head, entries);
}

/** A response with the metrics of its query at the end; the metrics alone where there is no response. */
export function addMetrics(response: Uint8Array | undefined, head: QueryHead, times: QueryTimes): Uint8Array {
  const metrics = `"_metrics":${JSON.stringify(toMetrics(times))}`;
  if (!response) return withQid(head, [Buffer.from(metrics)]);
  return Buffer.concat([response.subarray(0, -1), Buffer.from(`,${metrics}}`)]);
}

function withQid({ qid }: QueryHead, entries: readonly Uint8Array[]): Uint8Array {
  const all = qid === undefined ? entries : [Buffer.from(`"_qid":${JSON.stringify(qid)}`), ...entries];
  return Buffer.concat([opening, ...all.flatMap((entry, i) => (i > 0 ? [comma, entry] : [entry])), closing]);
}

const opening = Buffer.from('{');
const comma = Buffer.from(',');
const closing = Buffer.from('}');

function isWanted({ answerMode }: QueryHead, { ok }: ResponseBody): boolean {
  return answerMode === 'all' || (answerMode === 'error' && !ok);
}

function formatBody(name: QueryName | undefined, body: ResponseBody): Uint8Array {
  const key = `${name ?? 'FQL'}_RSP`;
  if (body.ok) return Buffer.concat([Buffer.from(`"${key}":`), body.body]);
  const { errorCode, detail } = body.error;
  return Buffer.from(`"${key}_ERR":{"_err":{"_c":${errorCode},"_a":${JSON.stringify(detail)}}}`);
}

function toMetrics(times: QueryTimes): Readonly<Record<string, number | boolean>> {
  return {
    _qryQueued: times.isQueued,
    _qryQueue: toMicroseconds(times.queueMs),
    _executor: toMicroseconds(times.executorMs),
    _indexes: toMicroseconds(times.indexesMs),
    _nonIndexes: toMicroseconds(times.nonIndexesMs),
    _total: toMicroseconds(times.totalMs),
    _parse: toMicroseconds(times.parseMs),
    _threads: times.threads,
  };
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000);
}
