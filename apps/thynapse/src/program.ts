import { defineCommand, packageVersion, type ProgramSpec } from '@syncytium/program';
import { buildApp } from './app.js';
import { benchCommand } from './bench-command.js';
import { keygenCommand } from './keygen-command.js';
import { requestCommand } from './request-command.js';
import { sendCommand } from './send-command.js';
import { transmitterSettings } from './settings.js';
import { topCommand } from './top-command.js';
import { topologyCommand } from './topology-command.js';
import { watchCommand } from './watch-command.js';
import { workCommand } from './work-command.js';

const transmitterCommand = defineCommand({
  name: 'transmitter',
  summary: 'connects cells: receives their events, publishes them, and gives anycatch events to one cell each',
  ...transmitterSettings,
  examples: [
    ['thynapse transmitter', 'commands on port 5454, events on 5455, HTTP on 5456, all of loopback'],
    ['thynapse transmitter 7000 --http :7002', 'commands on port 7000, events on 7001'],
    [
      'thynapse transmitter 0.0.0.0:5454 --advertise bus.local --curve-secret bus.secret --allow allowed.keys',
      'for cells on other machines that have keys',
    ],
  ],
  build: (config, deps) => buildApp(config, deps),
});

/** The command `thynapse`. */
export const program: ProgramSpec = {
  name: 'thynapse',
  summary: 'Thynapse: events where the receiver chooses, everybody who listens or exactly one of a service',
  version: packageVersion(import.meta.url),
  commands: [
    transmitterCommand,
    watchCommand,
    sendCommand,
    requestCommand,
    workCommand,
    topCommand,
    topologyCommand,
    benchCommand,
    keygenCommand,
  ],
};
