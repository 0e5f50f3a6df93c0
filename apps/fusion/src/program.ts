import { defineCommand, packageVersion, type ProgramSpec } from '@syncytium/program';
import { buildApp } from './app.js';
import { benchCommand } from './bench/bench-command.js';
import { loadCommand } from './load/load-command.js';
import { queryCommand } from './query-command.js';
import { serverSettings } from './settings.js';
import { shellCommand } from './shell/shell-command.js';

const serve = defineCommand({
  summary: 'serves an object cache with a query language over REST and two WebSockets',
  ...serverSettings,
  examples: [
    ['fusion', 'serves on the usual ports of loopback'],
    ['fusion --rest :8080 --rest-max 1mb', 'REST on port 8080 of loopback, with queries of up to 1 MB'],
    ['fusion --config default.json', "takes addresses and limits from the original's configuration file"],
  ],
  build: (config, deps) => buildApp(config, deps),
});

/** The command `fusion`. */
export const program: ProgramSpec = {
  name: 'fusion',
  summary: 'Fusion: an in-memory object cache with its own query language',
  version: packageVersion(import.meta.url),
  commands: [serve, queryCommand, shellCommand, loadCommand, benchCommand],
};
