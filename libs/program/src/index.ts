/**
 * What every Syncytium program shares, so that each app is a thin shell: settings read from flags and environment
 * (commander), a log (pino), metrics (prom-client), the `ready` line, signals and exit codes.
 *
 * @example
 * ```ts
 * import { defineCommand, integer, runProgram } from '@syncytium/program';
 *
 * const add = defineCommand({
 *   summary: 'adds two numbers',
 *   arguments: {},
 *   options: {
 *     left: integer({ help: 'the first number', default: 1, min: 0, max: 100 }),
 *     right: integer({ help: 'the second number', default: 2, min: 0, max: 100 }),
 *   },
 *   run: async ({ left, right }, { print }) => {
 *     print(String(left + right));
 *     return 0;
 *   },
 * });
 * await runProgram({ name: 'add', summary: 'adds', version: '1.0.0', commands: [add] }, ['--left', '40'], {});
 * ```
 *
 * @packageDocumentation
 */
export type { App, AppDeps } from './app.js';
export { HelpRequested, UsageError } from './errors.js';
export { columnGap, formatTable } from './format-table.js';
export { createLogger, logLevels, type LoggerOptions, type LogLevel } from './logger.js';
export { measureExchanges, type ExchangesToMeasure, type Measured } from './measure-exchanges.js';
export { measuredTable } from './measured-table.js';
export {
  defineCommand,
  envName,
  readInvocation,
  type AnyCommand,
  type CommandContext,
  type CommandSpec,
  type Env,
  type Invocation,
  type ProgramSpec,
} from './program.js';
export { createMetrics, type MetricsOptions, type MetricsRegistry } from './prometheus.js';
export { packageVersion, runProgram, systemDeps } from './run-program.js';
export {
  allowedHosts,
  bytes,
  choice,
  choices,
  duration,
  formatHostPort,
  hostPort,
  integer,
  parseHostPort,
  requiredText,
  text,
  texts,
  toggle,
  type AllowedHosts,
  type ConfigOf,
  type HostPort,
  type Setting,
  type Settings,
} from './settings.js';
export { wantsColours } from './wants-colours.js';
