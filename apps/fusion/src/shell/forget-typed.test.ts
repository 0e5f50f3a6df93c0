import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { forgetTyped } from './forget-typed.js';

test('Ctrl-C forgets what is typed of a line, wherever the cursor is', () => {
  const lines = createInterface({ input: new PassThrough(), output: new PassThrough(), terminal: true });
  const entered: string[] = [];
  lines.on('line', (line) => entered.push(line));
  lines.on('SIGINT', () => forgetTyped(lines, new PassThrough()));
  lines.write('FIND {"P');
  for (let i = 0; i < 3; i++) lines.write(null, { name: 'left' });
  lines.write(null, { ctrl: true, name: 'c' });
  expect(lines.line).toBe('');
  lines.write('COUNT');
  lines.write(null, { name: 'return' });
  expect(entered).toEqual(['COUNT']);
  lines.close();
});
