import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryFiles } from './repository-files.js';
import { root } from './run-program.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Pages written by hand for those who use the programs. */
const pages = [
  'README.md',
  'docs/how-to.md',
  'docs/one-machine.md',
  ...repositoryFiles('.md', 'docs/guide'),
  ...repositoryFiles('README.md', 'apps'),
];

/** What these pages name and the reference, which is made from the code, does not. */
function unknownNames(pattern: RegExp, reference: string, others: readonly string[] = []): string[] {
  const known = new Set([...(read(reference).match(pattern) ?? []), ...others]);
  const named = pages.flatMap((page) => (read(page).match(pattern) ?? []).map((name) => ({ page, name })));
  expect(named.length).toBeGreaterThan(2);
  return named.filter(({ name }) => !known.has(name)).map(({ page, name }) => `${page}: ${name}`);
}

test('every flag that a page names is one of a command', () => {
  const ofNpm = ['--workspaces', '--pack-destination'];
  expect(unknownNames(/(?<![\w-])--[a-z][a-z-]+/g, 'docs/reference/cli.md', ofNpm)).toEqual([]);
});

test('every environment variable that a page names is read', () => {
  expect(unknownNames(/\bSYNCYTIUM_[A-Z]+_[A-Z_]*[A-Z]\b/g, 'docs/reference/cli.md')).toEqual([]);
});

test('every metric that a page names is measured', () => {
  const names = /\b(?:netsync|fxp|thynapse|fusion)_[a-z_]+_(?:total|seconds|bytes|pending|cells|length)\b/g;
  expect(unknownNames(names, 'docs/reference/metrics.md')).toEqual([]);
});
