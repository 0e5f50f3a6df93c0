import { parseRecord, type RecordOf } from '../wire/json-record.js';

const fields = {
  provider: 'string',
  instance: 'string',
  version: 'string',
  sessions: 'number',
  capacity: 'number',
  draining: 'boolean',
  host: 'string',
  pid: 'number',
  load: 'number',
} as const;

/**
 * What a provider says of itself. `provider` is its name, `instance` tells it from others of its name (8 hex digits),
 * `sessions` how many it serves now and `capacity` how many at most, `draining` that it takes no new ones, `load` how
 * busy it is: sessions by capacity unless its owner knows better, the least busy first.
 */
export type ProviderRecord = RecordOf<typeof fields>;

export function encodeProvider(record: ProviderRecord): string {
  const { provider, instance, version, sessions, capacity, draining, host, pid, load } = record;
  return JSON.stringify({ provider, instance, version, sessions, capacity, draining, host, pid, load });
}

/** The record that bytes stand for; `undefined` for anything else. */
export function parseProvider(bytes: Uint8Array): ProviderRecord | undefined {
  return parseRecord(bytes, fields);
}
