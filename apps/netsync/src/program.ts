import { defineCommand, packageVersion, type ProgramSpec } from '@syncytium/program';
import { buildApp } from './app.js';
import { sendCommand } from './send-command.js';
import { serverSettings } from './settings.js';
import { statsCommand } from './stats-command.js';

const serve = defineCommand({
  summary: 'serves rendezvous over HTTP: requests for an event wait for each other and are answered together',
  ...serverSettings,
  examples: [
    ['netsync :8000', 'listens on port 8000 of loopback'],
    ['netsync 0.0.0.0:8000 --log json', 'listens on all interfaces, logs lines of JSON'],
    ["curl 'http://localhost:8000/event?event=e&actor=a1&payload=v1'", 'waits for another actor on event e'],
    ["curl 'http://localhost:8000/event?event=e&actor=a2&payload=v2'", 'is that other actor'],
    ['curl http://localhost:8000/stats', 'shows who waits'],
  ],
  build: (config, deps) => buildApp(config, deps),
});

/** The command `netsync`. */
export const program: ProgramSpec = {
  name: 'netsync',
  summary: 'Netsync: requests for the same event wait for each other and are answered together',
  version: packageVersion(import.meta.url),
  commands: [serve, sendCommand, statsCommand],
};
