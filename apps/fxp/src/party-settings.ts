import type { PartyOptions } from '@syncytium/fxp';
import { duration, text, toggle, type CommandContext, type ConfigOf } from '@syncytium/program';
import { redisSetting } from './settings.js';

/** Two parties could not keep a shorter one alive. */
const leaseMsMin = 10;
const lease = duration({ help: 'a party that is gone is known to be so long after', default: '10s' });

/** What every command that is a party of sessions can be told. */
export const partySettings = {
  redis: redisSetting,
  name: text({ placeholder: 'NAME', help: 'what peers know this party by', defaultText: 'HOST-PID' }),
  lease: {
    ...lease,
    parse(value: string) {
      const ms = lease.parse(value) as number;
      if (ms < leaseMsMin) throw new Error(`must be a time of at least ${leaseMsMin}ms`);
      return ms;
    },
  },
  plain: toggle({ help: 'speaks the original protocol only: no claims, leases, errors or ends of sessions' }),
} as const;

/** The library's options for what a command was told. */
export function partyOptions(
  { name, lease, plain }: ConfigOf<typeof partySettings>,
  { log, clock, prng }: CommandContext,
): PartyOptions {
  return { log, clock, prng, leaseMs: lease, extensions: !plain, ...(name !== undefined && { name }) };
}
