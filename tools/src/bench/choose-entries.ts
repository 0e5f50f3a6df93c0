import { UsageError } from '@syncytium/program';
import type { BenchEntry } from './entry.js';

type Named = Pick<BenchEntry, 'name'>;

/** The entries whose names begin with one of `wanted`, separated by commas; all when nothing is. Throws a {@link UsageError} when none begins so. */
export function chooseEntries<Entry extends Named>(entries: readonly Entry[], wanted?: string): readonly Entry[] {
  if (wanted === undefined) return entries;
  const prefixes = wanted.split(',');
  for (const prefix of prefixes)
    if (prefix === '' || !entries.some(({ name }) => name.startsWith(prefix)))
      throw new UsageError(`no entry's name begins with '${prefix}' ('npm run bench -- list' has them all)`, 'entries');
  return entries.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
}
