import type { PartyOptions } from '@syncytium/fxp';
import { duration, text, toggle, type CommandContext, type ConfigOf } from '@syncytium/program';
import { redisSetting } from './settings.js';

/** What every command that is a party of sessions can be told. */
export const partySettings = {
  redis: redisSetting,
  name: text({ placeholder: 'NAME', help: 'what peers know this party by', defaultText: 'HOST-PID' }),
  lease: duration({ help: 'a party that is gone is known to be so long after', default: '10s' }),
  plain: toggle({ help: 'speaks the original protocol only: no claims, leases, errors or ends of sessions' }),
} as const;

/** The library's options for what a command was told. */
export function partyOptions(
  { name, lease, plain }: ConfigOf<typeof partySettings>,
  { log, clock, prng }: CommandContext,
): PartyOptions {
  return { log, clock, prng, leaseMs: lease, extensions: !plain, ...(name !== undefined && { name }) };
}
