import { silentLog } from '@syncytium/kit';
import { systemDeps, type App } from '@syncytium/program';
import { buildApp } from '../app.js';
import { readConfig } from '../config.js';

export interface RunningApp {
  readonly app: App;
  /** Empty with a Redis elsewhere. */
  readonly redis: string;
  readonly http: string;
}

/** Starts the server on ports of its own. */
export async function startApp(...argv: string[]): Promise<RunningApp> {
  const app = buildApp(readConfig({}, ['--listen', ':0', '--http', ':0', ...argv]), systemDeps(silentLog));
  const addresses = await app.start();
  return { app, redis: addresses.find((each) => each.startsWith('redis:')) ?? '', http: addresses.at(-1) ?? '' };
}
