import { readInvocation, type ConfigOf, type Env } from '@syncytium/program';
import { program } from './program.js';
import type { serverSettings } from './settings.js';

/**
 * What the server is told. Addresses and limits are `undefined` where neither flag nor environment gives them; the
 * configuration file and the defaults fill them in.
 */
export type FusionConfig = ConfigOf<typeof serverSettings.options>;

/**
 * The configuration of the server from its command line and environment. Pure and frozen: the configuration file is
 * not read here. Throws `UsageError` for what cannot be used.
 */
export function readConfig(env: Env, argv: readonly string[]): FusionConfig {
  return readInvocation(program, env, argv).config as FusionConfig;
}
