/**
 * The netsync server: rendezvous over HTTP, as a program and as an app that another program can start.
 *
 * @example
 * ```ts
 * import { buildApp, readConfig } from '@syncytium/netsync-server';
 * import { silentLog } from '@syncytium/kit';
 * import { systemDeps } from '@syncytium/program';
 *
 * const app = buildApp(readConfig({}, [':0', '--log', 'silent']), systemDeps(silentLog));
 * const [url = ''] = await app.start();
 * const send = (actor: string, payload: string) =>
 *   fetch(`${url}/event?event=e&actor=${actor}&payload=${payload}`).then((response) => response.text());
 * console.log(await Promise.all([send('actor1', 'v1'), send('actor2', 'v2')]));
 * await app.stop();
 * ```
 *
 * @packageDocumentation
 */
export { buildApp } from './app.js';
export { readConfig, type NetsyncConfig } from './config.js';
export { program } from './program.js';
export { serverSettings, type LogFormat } from './settings.js';
export { main } from './main.js';
export { BadBodyError, MediaTypeError, UnknownParamError } from './errors.js';
export type { LogSink } from './request-log.js';
