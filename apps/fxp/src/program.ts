import { defineCommand, packageVersion, UsageError, type ProgramSpec } from '@syncytium/program';
import { buildApp } from './app.js';
import { callCommand } from './call-command.js';
import { echoCommand } from './echo-command.js';
import { providersCommand } from './providers-command.js';
import { recordCommand } from './record-command.js';
import { replayCommand } from './replay-command.js';
import { serverSettings } from './settings.js';
import { workCommand } from './work-command.js';

const serve = defineCommand({
  summary: 'serves a broker that speaks the Redis protocol, and an HTTP gateway to the services on it',
  ...serverSettings,
  examples: [
    ['fxp', 'broker on port 6380 and gateway on port 6381 of loopback'],
    ['fxp --listen 0.0.0.0:6379 --max-memory 8gb', 'broker for other machines, in place of a Redis'],
    ['fxp --redis redis://10.0.0.5:6379', 'gateway to a Redis'],
  ],
  build(config, deps) {
    if (config.redis !== undefined && config.listen !== undefined)
      throw new UsageError('--listen is for the embedded broker, and with --redis there is none', '--listen');
    return buildApp(config, deps);
  },
});

/** The command `fxp`. */
export const program: ProgramSpec = {
  name: 'fxp',
  summary: 'FXP: sessions between programs that need a service and programs that provide it',
  version: packageVersion(import.meta.url),
  commands: [serve, providersCommand, callCommand, echoCommand, workCommand, recordCommand, replayCommand],
};
