import { readInvocation, type ConfigOf, type Env } from '@syncytium/program';
import { program } from './program.js';
import type { transmitterSettings } from './settings.js';

/** What the transmitter is told. */
export type ThynapseConfig = ConfigOf<typeof transmitterSettings.arguments> &
  ConfigOf<typeof transmitterSettings.options>;

/**
 * The configuration of the transmitter from its command line, which begins with `transmitter`, and environment. Pure and
 * frozen. Throws `UsageError`.
 */
export function readConfig(env: Env, argv: readonly string[]): ThynapseConfig {
  return readInvocation(program, env, argv).config as ThynapseConfig;
}
