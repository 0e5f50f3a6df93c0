import { defineCommand, packageVersion, type ProgramSpec } from '@syncytium/program';
import { buildApp } from './app.js';
import { settings } from './config.js';
import { takeTour } from './tour/take-tour.js';

const serve = defineCommand({
  summary: 'runs netsync, fxp, thynapse and fusion in one process',
  ...settings,
  examples: [
    ['syncytium', 'all four servers on their usual ports of loopback'],
    ['syncytium --only netsync,fxp', 'these two'],
    ['syncytium tour', 'all four, and one exchange through each'],
  ],
  build: (config, deps, env) => buildApp(config, deps, env),
});

const tour = defineCommand({
  name: 'tour',
  summary: 'runs the servers, shows one real exchange through each, and goes on serving',
  ...settings,
  build(config, deps, env) {
    // The tour tells what netsync does; its own log of the same requests would stand in between.
    const app = buildApp(config, deps, { SYNCYTIUM_NETSYNC_LOG: 'silent', ...env });
    return { ...app, onReady: () => takeTour(app.addresses, (line) => void process.stdout.write(`${line}\n`)) };
  },
});

/** The command `syncytium`. */
export const program: ProgramSpec = {
  name: 'syncytium',
  summary: 'Syncytium: netsync, fxp, thynapse and fusion, four messaging systems in one process',
  version: packageVersion(import.meta.url),
  commands: [serve, tour],
};
