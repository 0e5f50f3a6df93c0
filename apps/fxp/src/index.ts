/**
 * The fxp server: a broker that speaks the Redis protocol and an HTTP gateway, as a program and as an app that another
 * program can start.
 *
 * @example
 * ```ts
 * import { buildApp, readConfig } from '@syncytium/fxp-server';
 * import { silentLog } from '@syncytium/kit';
 * import { systemDeps } from '@syncytium/program';
 *
 * const app = buildApp(readConfig({}, ['--listen', ':0', '--http', ':0']), systemDeps(silentLog));
 * const [redis = '', http = ''] = await app.start();
 * console.log(redis); // redis://127.0.0.1:38123
 * console.log(await (await fetch(`${http}/services`)).text()); // {"services":[]}
 * await app.stop();
 * ```
 *
 * @packageDocumentation
 */
export { buildApp } from './app.js';
export { readConfig, type FxpConfig } from './config.js';
export { program } from './program.js';
export { serverSettings } from './settings.js';
export { main } from './main.js';
export { NoSessionError, SessionExistsError } from './errors.js';
