import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findExamples } from './markdown-examples.js';
import { runExamples } from './run-examples.js';
import { root } from './run-program.js';

const indexes = ['libs', 'apps'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .map((name) => `${folder}/${name}/src/index.ts`)
    .filter((path) => existsSync(join(root, path))),
);

/** The comment that opens a file, without its stars. */
function openingComment(source: string): string {
  const [comment = ''] = /^\/\*\*.*?\*\//s.exec(source) ?? [];
  return comment.replaceAll(/^ ?\* ?/gm, '');
}

test.each(indexes)('the example that opens %s runs and ends by itself', async (path) => {
  const examples = findExamples(openingComment(readFileSync(join(root, path), 'utf8')));
  expect(examples).toHaveLength(1);
  await runExamples(examples);
});
