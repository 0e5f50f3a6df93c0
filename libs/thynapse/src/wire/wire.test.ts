import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commands, protocolErrorCodes } from './wire.js';

test('the protocol page names every command and every error code', async () => {
  const page = await readFile(new URL('../../../../docs/spec/thynapse.md', import.meta.url), 'utf8');
  for (const word of [...Object.values(commands), ...protocolErrorCodes]) expect(page).toContain(`\`${word}\``);
});
