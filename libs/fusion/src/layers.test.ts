import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What each folder may import of the others: the store knows no query language, the scheduler knows nothing. */
const below: Readonly<Record<string, readonly string[]>> = {
  json: [],
  schema: ['json'],
  fql: ['json', 'schema'],
  store: ['schema'],
  scheduler: [],
  executor: ['fql', 'json', 'schema', 'store'],
  ingest: ['executor', 'fql', 'json', 'schema', 'store'],
  engine: ['executor', 'fql', 'ingest', 'json', 'schema', 'scheduler', 'store'],
};

test.each(Object.keys(below))('%s imports only what lies below it', (folder) => {
  const url = new URL(`./${folder}/`, import.meta.url);
  const sources = readdirSync(url, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.includes('.test.'),
  );
  expect(sources).not.toEqual([]);
  for (const name of sources) {
    const text = readFileSync(new URL(name, url), 'utf8');
    for (const [, other] of text.matchAll(/from '(?:\.\.\/)+([a-z]+)\//g))
      if (other !== undefined && other in below)
        expect([folder, ...(below[folder] ?? [])], `${folder}/${name}`).toContain(other);
  }
});
