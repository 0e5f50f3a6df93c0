import { spawnSync } from 'node:child_process';

/**
 * A Python that has the module, or `undefined` with a line that says so. Where `CI` is set it has to be there: a test
 * that is skipped in CI is skipped for ever.
 */
export function findPython(module: string): string | undefined {
  const python = ['/usr/bin/python3', 'python3'].find(
    (path) => spawnSync(path, ['-c', `import ${module}`]).status === 0,
  );
  if (python === undefined) {
    const problem = `no python3 with the module ${module}`;
    if (process.env.CI) throw new Error(problem);
    console.log(`${problem}: the tests that need it are skipped`);
  }
  return python;
}
