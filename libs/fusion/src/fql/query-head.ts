import { FusionError } from '../errors.js';
import type { JsonObject, JsonValue } from '../json/json-value.js';
import { qidCharsMax } from '../limits.js';
import { wrongType } from './attributes.js';
import type { AccessType, InterfaceName } from './query-names.js';
import type { AnswerMode, QueryHead } from './query.js';

/**
 * What can be read of a query's head, whatever else is wrong with the query: its error must still carry the `_qid`, and
 * a client that wants no answers to its writes gets none. A read is always answered, if only that it has to be.
 */
export function readHead(query: JsonObject, access: AccessType): QueryHead {
  const qid = query.get('_qid');
  return {
    qid: isQid(qid) ? qid : undefined,
    wantsMetrics: query.get('_metrics') === true,
    answerMode: (access === 'write' && answerModes.get(answerModeOf(query))) || 'all',
  };
}

/** Throws {@link FusionError} 1101, 1200, 1503, 1600 or 1601 for what is wrong with a query's head. */
export function checkHead(query: JsonObject, access: AccessType, from: InterfaceName): void {
  const qid = query.get('_qid');
  if (qid !== undefined && typeof qid !== 'string') throw wrongType('_qid', 'a string', qid);
  if (qid !== undefined && !isQid(qid)) throw new FusionError(1503, `_qid is at most ${qidCharsMax} characters`);
  const metrics = query.get('_metrics');
  if (metrics !== undefined && typeof metrics !== 'boolean') throw wrongType('_metrics', 'true or false', metrics);
  const mode = answerModeOf(query);
  if (mode === undefined) return;
  if (query.get('_rsp') !== undefined && query.get('_rspMode') !== undefined)
    throw new FusionError(1200, '_rspMode beside _rsp');
  if (access === 'read') throw new FusionError(1600, 'a query that reads is always answered');
  if (!answerModes.has(mode)) throw new FusionError(1601, `it is "none" or "error"`);
  if (mode === 'error' && from === 'rest') throw new FusionError(1600, '"error" is for WebSockets only');
}

const answerModes = new Map<JsonValue | undefined, AnswerMode>([
  ['none', 'none'],
  ['error', 'error'],
]);

function answerModeOf(query: JsonObject): JsonValue | undefined {
  const mode = query.get('_rsp');
  return mode === undefined ? query.get('_rspMode') : mode;
}

function isQid(value: JsonValue | undefined): value is string {
  // A character takes up to two units, so a longer text need not be counted.
  return typeof value === 'string' && value.length <= 2 * qidCharsMax && Array.from(value).length <= qidCharsMax;
}
