import type { Env } from './program.js';

/**
 * Whether to colour what is written to a stream: on a terminal, unless the environment says otherwise. `FORCE_COLOR` goes
 * first (`0` and `false` force none), then `NO_COLOR`, then a terminal that says it is dumb.
 *
 * @see https://no-color.org and https://force-color.org
 */
export function wantsColours(isTerminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: Env): boolean {
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR) return false;
  return isTerminal && TERM !== 'dumb';
}
