import { readInvocation, type Env } from '@syncytium/program';
import type { SyncytiumConfig } from './config.js';
import { program } from './program.js';

/** The configuration of `syncytium` from its command line and environment. Pure and frozen. Throws `UsageError`. */
export function readConfig(env: Env, argv: readonly string[]): SyncytiumConfig {
  return readInvocation(program, env, argv).config as SyncytiumConfig;
}
