/**
 * The fusion server: REST and two WebSocket interfaces around one engine, as a program and as an app that another
 * program can start.
 *
 * @example
 * ```ts
 * import { buildApp, readConfig } from '@syncytium/fusion-server';
 * import { silentLog } from '@syncytium/kit';
 * import { systemDeps } from '@syncytium/program';
 *
 * const app = buildApp(readConfig({}, ['--rest', ':0', '--ws', ':0', '--bulk', ':0']), systemDeps(silentLog));
 * const [rest = ''] = await app.start();
 * const response = await fetch(rest, { method: 'POST', body: '{"CREATE_CLASSES":{"Address":{"city":"string"}}}' });
 * console.log(await response.text()); // {"CREATE_CLASSES_RSP":{"Address":{}}}
 * await app.stop();
 * ```
 *
 * @packageDocumentation
 */
export { buildApp } from './app.js';
export { readConfig, type FusionConfig } from './config.js';
export { program } from './program.js';
export { serverSettings } from './settings.js';
export { main } from './main.js';
export { ServerUnreachableError } from './query-command.js';
