// npm run nightly: every seeded simulation with many more seeds, one project after the other.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { globSync } from './glob.mjs';
import { root, setUp } from './setup.mjs';

/** With 24, the simulations of thynapse's network alone play more than 10,000 seeds. */
const runs = process.env.SYNCYTIUM_RUNS ?? '24';

await setUp();
const failed = globSync(root, 'src')
  .filter((src) => readdirSync(src, { recursive: true }).some((file) => file.endsWith('.sim.test.ts')))
  .map(dirname)
  .filter((project) => {
    console.log(`\n${relative(root, project)}, ${runs} times as many seeds`);
    const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '.sim.test.ts', '--reporter=default'];
    const env = { ...process.env, SYNCYTIUM_RUNS: runs };
    return spawnSync(process.execPath, vitest, { cwd: project, stdio: 'inherit', env }).status !== 0;
  });
console.log(failed.length === 0 ? '\nall simulations passed' : `\nfailed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
