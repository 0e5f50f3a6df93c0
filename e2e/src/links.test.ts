import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, findLinks } from './markdown-links.js';
import { repositoryFiles } from './repository-files.js';
import { root } from './run-program.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What a link leads to, if it leads nowhere. */
function deadEnd(file: string, path: string, anchor: string | undefined): string | undefined {
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(root, target))) return target;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(read(target)).has(anchor)
    ? undefined
    : `${target}#${anchor}`;
}

const pages = repositoryFiles('.md');

test('every link of every page leads somewhere', () => {
  const dead = pages.flatMap((file) =>
    findLinks(read(file)).flatMap(({ path, anchor, line }) => {
      const target = deadEnd(file, path, anchor);
      return target === undefined ? [] : [`${file}:${line} leads to ${target}`];
    }),
  );
  expect(pages.length).toBeGreaterThan(40);
  expect(dead).toEqual([]);
});

test('every page of docs is found by following links from README.md', () => {
  const reached = new Set<string>();
  const follow = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { path } of findLinks(read(file)))
      if (path.endsWith('.md')) follow(join(dirname(file), path));
      else if (existsSync(join(root, dirname(file), path, 'README.md'))) follow(join(dirname(file), path, 'README.md'));
  };
  follow('README.md');
  expect(pages.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
});

test('every page that a comment in the code points to is there', () => {
  const dead = ['libs', 'apps', 'examples', 'tools', 'e2e'].flatMap((folder) =>
    repositoryFiles('.ts', folder).flatMap((file) =>
      [...read(file).matchAll(/@see (docs\/[\w./-]+)(?:#([\w-]+))?/g)].flatMap(([, path = '', anchor]) => {
        const target = deadEnd('README.md', path, anchor);
        return target === undefined ? [] : [`${file} points to ${target}`];
      }),
    ),
  );
  expect(dead).toEqual([]);
});
