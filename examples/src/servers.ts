import { silentLog } from '@syncytium/kit';
import { systemDeps } from '@syncytium/program';
import { anyPortFlags, buildApp, readConfig, type ServerName } from '@syncytium/syncytium';

/** Servers of an example's own, on ports that nobody else has. */
export interface Servers extends AsyncDisposable {
  /** The first address of a server, which clients connect to. */
  at(name: ServerName): string;
  /** Where the waits of all are shown. */
  readonly http: string;
}

/** The examples have their own output. */
const env = { SYNCYTIUM_NETSYNC_LOG: 'silent' };

/** Starts these servers in this process, as `npx syncytium --only NAMES` does; they are stopped at the end of the scope. */
export async function startServers(...names: readonly ServerName[]): Promise<Servers> {
  const app = buildApp(readConfig({}, ['--only', names.join(','), ...anyPortFlags]), systemDeps(silentLog), env);
  const [http = ''] = await app.start();
  return {
    http,
    at: (name) => app.addresses.get(name)?.[0] ?? '',
    [Symbol.asyncDispose]: () => app.stop(),
  };
}
