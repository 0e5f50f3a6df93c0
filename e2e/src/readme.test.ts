import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findExamples } from './markdown-examples.js';
import { repositoryFiles } from './repository-files.js';
import { root } from './run-program.js';
import { runExamples } from './run-examples.js';

/** Sections below a `## ` heading, each with its title. */
function sections(markdown: string): (readonly [title: string, text: string])[] {
  return markdown
    .split(/^(?=## )/m)
    .map((text) => [/^## (.*)/.exec(text)?.[1] ?? 'opening', text] as const)
    .filter(([, text]) => findExamples(text).length > 0);
}

const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README.md', () => {
  test('has an example with its output for each of the four systems', () => {
    for (const system of ['Netsync', 'FXP', 'Thynapse', 'Fusion']) {
      const [, text] = sections(readme).find(([title]) => title.startsWith(system)) ?? ['', ''];
      const examples = findExamples(text);
      expect([system, examples.map(({ kind }) => kind)]).toEqual([system, expect.arrayContaining(['server', 'shell'])]);
      expect(examples.some(({ output }) => output !== undefined)).toBe(true);
    }
  });

  // The two commands are what runs this test and what the test of `npm start` runs.
  const own = sections(readme).filter(([title]) => title !== 'The two commands');
  test.each(own)('%s: every command works and prints what it says', async (_, text) => {
    await runExamples(findExamples(text));
  });
});

/** Each is followed from its beginning to its end. */
const documents = [
  ...['libs', 'apps'].flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}/README.md`)),
  'examples/README.md',
  'docs/how-to.md',
  ...readdirSync(join(root, 'docs/guide')).map((name) => `docs/guide/${name}`),
];

test('no other page tells its reader to run something', () => {
  // What contributors run is what runs this test, and what takes hours.
  const known = new Set(['README.md', 'CONTRIBUTING.md', ...documents]);
  const others = repositoryFiles('.md').filter((path) => !known.has(path));
  expect(others.length).toBeGreaterThan(20);
  expect(others.filter((path) => findExamples(readFileSync(join(root, path), 'utf8')).length > 0)).toEqual([]);
});

describe.each(documents)('%s', (path) => {
  const file = join(root, path);
  const examples = existsSync(file) ? findExamples(readFileSync(file, 'utf8')) : [];

  test('has an example', () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  test('what an example prints is shown', () => {
    const silent = examples.filter(({ kind, output }) => kind === 'code' && output === undefined);
    expect(silent.filter(({ source }) => /console\.log|print\(/.test(source)).map(({ line }) => line)).toEqual([]);
  });

  test('every example works and prints what it says', async () => {
    await runExamples(examples);
  });
});
