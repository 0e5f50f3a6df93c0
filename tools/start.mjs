// npm start: set up, build, start all four servers with their defaults, take the tour, go on serving.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fail, root, setUp, tsc } from './setup.mjs';

await setUp();
console.error('building (half a minute the first time, a second when nothing changed) ...');
// Nx would put everything back from its cache each time, so that for a moment there is nothing to run.
if ((await tsc(['-b', 'apps/syncytium/tsconfig.lib.json', 'examples/tsconfig.lib.json'])) !== 0)
  fail('The build failed; the lines above say where.');

const child = spawn(
  process.execPath,
  [join(root, 'apps/syncytium/bin/syncytium.js'), 'tour', '--log-level', 'warn', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
// A terminal sends Ctrl-C to the server as well; anybody else may send the signal to this process alone.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
