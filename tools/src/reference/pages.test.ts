import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { referenceFolder, referencePages } from './pages.js';

test('the pages of docs/reference are what the code says', async () => {
  const pages = await referencePages();
  expect(pages.map(({ file }) => file)).toEqual(['cli.md', 'http.md', 'metrics.md', 'errors.md']);
  for (const { file, text } of pages)
    expect(readFileSync(join(referenceFolder, file), 'utf8'), `${file}: npm run reference makes it anew`).toBe(text);
});
