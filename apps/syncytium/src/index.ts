/**
 * All four servers in one process, with one list of waits over all of them.
 *
 * @example
 * ```ts
 * import { silentLog } from '@syncytium/kit';
 * import { systemDeps } from '@syncytium/program';
 * import { buildApp, readConfig } from '@syncytium/syncytium';
 *
 * const config = readConfig({}, ['--only', 'netsync', '--http', ':0', '--netsync', ':0']);
 * const app = buildApp(config, systemDeps(silentLog));
 * const [http = ''] = await app.start();
 * console.log(await (await fetch(`${http}/waits`)).json()); // nobody waits
 * await app.stop();
 * ```
 *
 * @packageDocumentation
 */
export { anyPortFlags } from './any-port-flags.js';
export { buildApp, type SyncytiumApp } from './app.js';
export { serverNames, type ServerName, type SyncytiumConfig } from './config.js';
export { main } from './main.js';
export { program } from './program.js';
export { readConfig } from './read-config.js';
