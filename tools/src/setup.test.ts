import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explain, root } from '../setup.mjs';

const setup = pathToFileURL(join(root, 'tools/setup.mjs')).href;
const check = (version: string) =>
  spawnSync(
    process.execPath,
    ['--input-type=module', '-e', `import { checkNode } from '${setup}'; checkNode('${version}');`],
    {
      encoding: 'utf8',
    },
  );

describe('set-up', () => {
  test.each(['18.20.4', '20.18.3', '16.0.0'])('ends with one line on Node %s', (version) => {
    const { status, stderr } = check(version);
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(
      `Syncytium needs Node 20.19 or newer; this is Node ${version}. Get one at https://nodejs.org`,
    );
  });

  test.each(['20.19.0', '22.0.0', '24.1.0'])('goes on on Node %s', (version) => {
    expect(check(version)).toMatchObject({ status: 0, stderr: '' });
  });

  test.each([
    ['npm error code ENOTFOUND\nnpm error syscall getaddrinfo', 'cannot reach the package registry'],
    ['npm error code EAI_AGAIN', 'cannot reach the package registry'],
    ['npm error code ENOSPC', 'disk is full'],
    ['npm error code EACCES\nnpm error syscall mkdir', 'may not write'],
    ['npm error code EUSAGE\nnpm error The lock file is broken', 'The lock file is broken'],
  ])('says in one line what %j means', (output, expected) => {
    expect(explain(output)).toContain(expected);
    expect(explain(output)).not.toContain('\n');
  });
});
