import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntryResult } from './report.js';

/** Name of the files of an entry: `netsync-pairs-http`. */
export const fileNameOf = (entry: string): string => entry.replaceAll('/', '-');

/** Keeps the newest result of an entry; gives the file's path. */
export function writeResult(folder: string, result: EntryResult): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${fileNameOf(result.entry.name)}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/** The newest results of every entry that was measured, by the entries' names. */
export function readResults(folder: string): ReadonlyMap<string, EntryResult> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const results = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as EntryResult);
  return new Map(results.map((result) => [result.entry.name, result]));
}
