import { silentLog } from '@syncytium/kit';
import { systemDeps, type App, type ProgramSpec } from '@syncytium/program';
import * as fusion from '@syncytium/fusion-server';
import * as fxp from '@syncytium/fxp-server';
import * as netsync from '@syncytium/netsync-server';
import * as syncytium from '@syncytium/syncytium';
import * as thynapse from '@syncytium/thynapse-server';

/** A program as its package has it, and how it is started where nobody minds. */
export interface DocumentedProgram {
  readonly title: string;
  readonly program: ProgramSpec;
  readonly build: () => App;
}

const deps = () => systemDeps(silentLog);
const port = '127.0.0.1:0';
const fusionArgs = ['--rest', port, '--ws', port, '--bulk', port, '--threads', '0'];

export const documentedPrograms: readonly DocumentedProgram[] = [
  {
    title: 'netsync',
    program: netsync.program,
    build: () => netsync.buildApp(netsync.readConfig({}, [':0', '--log', 'silent']), deps()),
  },
  {
    title: 'fxp',
    program: fxp.program,
    build: () => fxp.buildApp(fxp.readConfig({}, ['--listen', port, '--http', port]), deps()),
  },
  {
    title: 'thynapse',
    program: thynapse.program,
    build: () => thynapse.buildApp(thynapse.readConfig({}, ['transmitter', '0', '--http', port]), deps()),
  },
  {
    title: 'fusion',
    program: fusion.program,
    build: () => fusion.buildApp(fusion.readConfig({}, fusionArgs), deps()),
  },
  {
    title: 'syncytium',
    program: syncytium.program,
    build: () =>
      syncytium.buildApp(syncytium.readConfig({}, ['--only', 'netsync', '--http', port, '--netsync', port]), deps()),
  },
];

/** The HTTP address of a program while it runs, and what was done with it. */
export async function withServer<T>({ build }: DocumentedProgram, use: (url: string) => Promise<T>): Promise<T> {
  const app = build();
  try {
    const url = (await app.start()).find((address) => address.startsWith('http:'));
    if (url === undefined) throw new Error(`${app.name} has no HTTP address`);
    return await use(url);
  } finally {
    await app.stop();
  }
}
