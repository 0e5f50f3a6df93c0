import { readInvocation, type ConfigOf, type Env } from '@syncytium/program';
import { program } from './program.js';
import type { serverSettings } from './settings.js';

/** What the server is told. */
export type NetsyncConfig = ConfigOf<typeof serverSettings.arguments> & ConfigOf<typeof serverSettings.options>;

/**
 * The configuration of the server from its command line and environment. Pure and frozen. Throws `UsageError` for what
 * cannot be used.
 */
export function readConfig(env: Env, argv: readonly string[]): NetsyncConfig {
  return readInvocation(program, env, argv).config as NetsyncConfig;
}
