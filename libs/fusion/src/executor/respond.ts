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
  const isBodyWanted = isWanted(head, body);
  const explanation = body.ok && body.explanation !== undefined ? `"_explain":${body.explanation}` : '';
  if (!isBodyWanted) return explanation === '' ? undefined : withQid(head, explanation);
  const after = explanation === '' ? '' : `,${explanation}`;
  const key = `${name ?? 'FQL'}_RSP`;
  if (body.ok) return withQid(head, `"${key}":`, body.body, after);
  const { errorCode, detail } = body.error;
  return withQid(head, `"${key}_ERR":{"_err":{"_c":${errorCode},"_a":${JSON.stringify(detail)}}}`);
}

/** A response with the metrics of its query at the end; the metrics alone where there is no response. */
export function addMetrics(response: Uint8Array | undefined, head: QueryHead, times: QueryTimes): Uint8Array {
  const metrics = `"_metrics":${JSON.stringify(toMetrics(times))}`;
  if (!response) return withQid(head, metrics);
  return Buffer.concat([response.subarray(0, -1), Buffer.from(`,${metrics}}`)]);
}

/** What stands before the contents of the response to a query; an ending brace stands behind them. */
export function openResponse(name: QueryName, head: QueryHead): string {
  return openWithQid(head, `"${name}_RSP":`);
}

function openWithQid({ qid }: QueryHead, before: string): string {
  return qid === undefined ? `{${before}` : `{"_qid":${JSON.stringify(qid)},${before}`;
}

/** An object of the query's `_qid` and the entries given in up to three pieces. */
function withQid(head: QueryHead, before: string, body: Uint8Array = nothing, after = ''): Uint8Array {
  const opening = openWithQid(head, before);
  const openingLength = Buffer.byteLength(opening);
  const closing = `${after}}`;
  const bytes = Buffer.allocUnsafe(openingLength + body.length + Buffer.byteLength(closing));
  bytes.write(opening);
  bytes.set(body, openingLength);
  bytes.write(closing, openingLength + body.length);
  return bytes;
}

const nothing = new Uint8Array(0);

function isWanted({ answerMode }: QueryHead, { ok }: ResponseBody): boolean {
  return answerMode === 'all' || (answerMode === 'error' && !ok);
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
