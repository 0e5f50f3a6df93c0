import { FusionError, JsonSyntaxError } from '../errors.js';
import { describeJson, JsonObject, type JsonValue } from '../json/json-value.js';
import type { OffsetShift } from '../json/json-reader.js';
import { parseJson } from '../json/parse-json.js';
import { shorten } from '../schema/names.js';
import { parseBody } from './parse-body.js';
import { checkHead, readHead } from './query-head.js';
import { findQueryName, queryTraits, type AccessType, type InterfaceName, type QueryName } from './query-names.js';
import { plainHead, type Query, type QueryHead } from './query.js';

/** A text that is no query, with as much of its head as could be read. */
export interface RejectedQuery {
  /** `undefined` when the text does not tell which query it would be; its response is `FQL_RSP_ERR`. */
  readonly name: QueryName | undefined;
  readonly access: AccessType;
  readonly head: QueryHead;
  readonly error: FusionError;
}

export type ParsedQuery =
  { readonly ok: true; readonly query: Query } | { readonly ok: false; readonly rejected: RejectedQuery };

/**
 * Reads one query as an interface received it: JSON, then the language. What the query says about classes is not yet
 * compared with those that exist. Never throws.
 *
 * @param shift Where the bytes stand for a longer text.
 * @see docs/spec/fql.md
 */
export function parseQuery(bytes: Uint8Array, from: InterfaceName, shift?: OffsetShift): ParsedQuery {
  let name: QueryName | undefined;
  let head = plainHead;
  try {
    const { root, hasEmptyKey } = readJson(bytes, shift);
    const [key, content] = soleEntry(root);
    name = findQueryName(key);
    if (!name) throw new FusionError(1302, shorten(key));
    if (!(content instanceof JsonObject))
      throw new FusionError(1300, `${key} must be an object, not ${describeJson(content)}`);
    const { access, isOnBulk } = queryTraits[name];
    head = readHead(content, access);
    if (from === 'bulk' && !isOnBulk) throw new FusionError(1303, `${key} on the bulk interface`);
    if (hasEmptyKey) throw new FusionError(1400, key);
    checkHead(content, access, from);
    return { ok: true, query: { name, access, head, body: parseBody(name, content) } };
  } catch (error) {
    if (!(error instanceof FusionError)) throw error;
    const access = name === undefined ? 'read' : queryTraits[name].access;
    return { ok: false, rejected: { name, access, head, error } };
  }
}

function readJson(bytes: Uint8Array, shift: OffsetShift | undefined): { root: JsonValue; hasEmptyKey: boolean } {
  if (bytes.length === 0) throw new FusionError(1301, 'no text');
  try {
    return parseJson(bytes, undefined, shift);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new FusionError(1300, error.message);
    throw error;
  }
}

function soleEntry(root: JsonValue): readonly [key: string, content: JsonValue] {
  if (!(root instanceof JsonObject)) throw new FusionError(1300, `a query is an object, not ${describeJson(root)}`);
  const [entry, second] = root;
  if (!entry) throw new FusionError(1301, 'no query in the object');
  if (second) throw new FusionError(1300, `${shorten(second[0])} is a second query; send one at a time`);
  if (entry[0] === '') throw new FusionError(1400, 'the key that names the query');
  return entry;
}
