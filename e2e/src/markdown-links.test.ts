import { expect, test } from 'vitest';
import { anchorsOf, findLinks } from './markdown-links.js';

const markdown = [
  '# A title, with `code` and [a link](x.md)',
  'See [one](a/b.md#there), ![a picture](c.svg) and [here](#again-1).',
  'Not [a site](https://example.org) and not `[code](d.md)`.',
  '```sh',
  '# no heading [no link](e.md)',
  '```',
  '## Again',
  '## Again',
].join('\n');

test('links into the repository are found outside of code, with their lines', () => {
  expect(findLinks(markdown)).toEqual([
    { path: 'x.md', anchor: undefined, line: 1 },
    { path: 'a/b.md', anchor: 'there', line: 2 },
    { path: 'c.svg', anchor: undefined, line: 2 },
    { path: '', anchor: 'again-1', line: 2 },
  ]);
});

test('headings are named as GitHub names them, twice the same with a number', () => {
  expect([...anchorsOf(markdown)]).toEqual(['a-title-with-code-and-a-link', 'again', 'again-1']);
});
