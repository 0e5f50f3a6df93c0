import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { root } from '../setup.mjs';

// The rules that read types need files of a project; those here exist only in this test.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] as never });

async function problems(path: string, source: string): Promise<string[]> {
  const [result] = await eslint.lintText(source, { filePath: join(root, path) });
  return (result?.messages ?? [])
    .filter(({ ruleId }) => ruleId === '@nx/enforce-module-boundaries' || ruleId === 'no-restricted-imports')
    .map(({ message }) => message.replaceAll(/\s+/g, ' '));
}

describe('lint refuses an import that', () => {
  test.each([
    ['goes from one protocol to another', 'libs/netsync/src/bad.ts', '@syncytium/fusion'],
    ['goes up, from a library to an app', 'libs/fxp/src/bad.ts', '@syncytium/fxp-server'],
    ['goes up, from kit to a protocol', 'libs/kit/src/bad.ts', '@syncytium/netsync'],
    ['goes up, from transport to a protocol', 'libs/transport/src/bad.ts', '@syncytium/thynapse'],
    ['brings the testkit into a product', 'libs/netsync/src/bad.ts', '@syncytium/testkit'],
    ['reaches into another package by path', 'libs/netsync/src/bad.ts', '../../kit/src/errors.js'],
    ['goes from one app to another', 'apps/netsync/src/bad.ts', '@syncytium/fxp-server'],
  ])('%s', async (_, path, imported) => {
    const found = await problems(path, `import * as bad from '${imported}';\nexport { bad };\n`);
    expect(found).toHaveLength(1);
  });

  test.each([
    ['zeromq', 'libs/thynapse/src/bad.ts'],
    ['zeromq', 'libs/transport/src/redis/bad.ts'],
    ['ioredis', 'libs/fxp/src/bad.ts'],
    ['fastify', 'apps/netsync/src/bad.ts'],
    ['ws', 'apps/fusion/src/bad.ts'],
    ['msgpackr', 'libs/transport/src/bad.ts'],
    ['pino', 'apps/fxp/src/bad.ts'],
  ])('uses %s outside its home, in %s', async (imported, path) => {
    const found = await problems(path, `import * as bad from '${imported}';\nexport { bad };\n`);
    expect(found).toEqual([expect.stringContaining(`${imported} is imported only in`)]);
  });
});

describe('lint allows an import that', () => {
  test.each([
    ['goes down', 'libs/netsync/src/good.ts', '@syncytium/selector-parser'],
    ['names a driver', 'apps/netsync/src/good.ts', '@syncytium/transport/http'],
    ['uses the testkit in a test', 'libs/netsync/src/good.test.ts', '@syncytium/testkit'],
    ['composes the apps in the suite', 'apps/syncytium/src/good.ts', '@syncytium/netsync-server'],
    ['uses a package at its home', 'libs/transport/src/zeromq/good.ts', 'zeromq'],
  ])('%s', async (_, path, imported) => {
    expect(await problems(path, `import * as good from '${imported}';\nexport { good };\n`)).toEqual([]);
  });
});
