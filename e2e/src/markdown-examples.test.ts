import { expect, test } from 'vitest';
import { findExamples, normalize } from './markdown-examples.js';

const markdown = [
  'text',
  '```sh',
  'npx netsync :8000',
  '```',
  '```sh',
  'curl x',
  'npx fxp call a b',
  '```',
  '```json',
  '{"a":1}',
  '```',
  '```ts',
  'x',
  '```',
  '```mermaid',
  'y',
  '```',
].join('\n');

test('examples are servers, commands with their output, and code', () => {
  expect(findExamples(markdown)).toEqual([
    { kind: 'server', source: 'npx netsync :8000', line: 2, output: undefined },
    { kind: 'shell', source: 'curl x\nnpx fxp call a b', line: 5, output: '{"a":1}' },
    { kind: 'code', source: 'x', line: 12, output: undefined },
  ]);
});

test.each([
  ['npx fxp', 'server'],
  ['npx thynapse transmitter 5454', 'server'],
  ['npx fusion query "{}"', 'shell'],
  ['npx thynapse watch x', 'tool'],
  ['npx thynapse work x --exec true', 'tool'],
  ['npx thynapse watch x &\ncurl x', 'shell'],
  ['curl x', 'shell'],
])('%s is a %s', (source, kind) => {
  expect(findExamples(`\`\`\`sh\n${source}\n\`\`\``)).toMatchObject([{ kind }]);
});

test('only ids, times and spaces are forgiven', () => {
  expect(normalize('{ "_oid": "1b4e28ba-2fa1-41d2-883f-0016d3cca427" } 1.5 ms\n')).toBe('{"_oid":"<oid>"}<ms>');
  expect(normalize('transmitter 8ecd95ad: mail/3fa9c1d2')).toBe('transmitter<shortthid>:mail/<shortthid>');
  expect(normalize('{"a":1}')).not.toBe(normalize('{"a":2}'));
});
