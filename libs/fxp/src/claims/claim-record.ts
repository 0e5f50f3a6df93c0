import { parseRecord, type RecordOf } from '../wire/json-record.js';

const fields = { provider: 'string', instance: 'string', claim: 'string', opening: 'string', at: 'number' } as const;

/**
 * Who serves a session: what the key `ID__X__claim` holds, and a claim item carries. `provider` is its name, `instance`
 * tells it from others of its name (8 hex digits), `claim` is this claim (12 hex digits), `opening` the one it answers
 * (12 hex digits, empty for a plain requestor), `at` when it was made, in milliseconds since 1970.
 */
export type ClaimRecord = RecordOf<typeof fields>;

export function encodeClaim({ provider, instance, claim, opening, at }: ClaimRecord): string {
  return JSON.stringify({ provider, instance, claim, opening, at });
}

/** The claim that bytes stand for; `undefined` for anything else. */
export function parseClaim(bytes: Uint8Array): ClaimRecord | undefined {
  return parseRecord(bytes, fields);
}
