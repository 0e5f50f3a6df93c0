/**
 * The thynapse transmitter and its tools, as a program and as an app that another program can start.
 *
 * @example
 * ```ts
 * import { silentLog } from '@syncytium/kit';
 * import { systemDeps } from '@syncytium/program';
 * import { register } from '@syncytium/thynapse';
 * import { buildApp, readConfig } from '@syncytium/thynapse-server';
 *
 * const app = buildApp(readConfig({}, ['transmitter', '0', '--http', ':0']), systemDeps(silentLog));
 * const [command = ''] = await app.start();
 * const cell = await register('hello', command);
 * console.log(await cell.send('world', { seq: 1 })); // the event's id
 * await cell.close();
 * await app.stop();
 * ```
 *
 * @packageDocumentation
 */
export { buildApp } from './app.js';
export { readConfig, type ThynapseConfig } from './config.js';
export { program } from './program.js';
export { cellOptions, transmitterSettings } from './settings.js';
export { main } from './main.js';
export { KeyFileError, TransmitterUnreachableError } from './errors.js';
export { CommandFailedError } from './run-shell-command.js';
