import { defineCommand, packageVersion, type ProgramSpec } from '@syncytium/program';
import { coSimulation } from './co-simulation/run.js';
import type { Example } from './example.js';
import { lobby } from './lobby/run.js';
import { sessionCache } from './session-cache/run.js';
import { runShot } from './shot/run.js';
import { workerFleet } from './worker-fleet/run.js';

const examples: readonly (readonly [name: string, summary: string, run: Example])[] = [
  ['co-simulation', 'FXP: a plasma and its controller go in step', coSimulation],
  ['worker-fleet', 'Thynapse: frames are rendered by processes, one of which dies', workerFleet],
  ['session-cache', 'Fusion: sessions of a web shop, counted and forgotten', sessionCache],
  ['lobby', 'Netsync: players find an opponent who wants them, too', lobby],
  ['shot', 'all four: parties meet, go in step, tell what they measure and keep it', runShot],
];

export const program: ProgramSpec = {
  name: 'example',
  summary: 'Small programs that show what each system is for; each starts the servers it needs',
  version: packageVersion(import.meta.url),
  commands: examples.map(([name, summary, run]) =>
    defineCommand({
      name,
      summary,
      arguments: {},
      options: {},
      async run(_, { print }) {
        await run(print);
        return 0;
      },
    }),
  ),
};
