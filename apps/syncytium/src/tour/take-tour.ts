import type { ServerName } from '../config.js';
import { tourFusion } from './tour-fusion.js';
import { tourFxp } from './tour-fxp.js';
import { tourNetsync } from './tour-netsync.js';
import { tourThynapse } from './tour-thynapse.js';

/** Writes one line. */
export type Print = (line: string) => void;

const stops: Readonly<
  Record<ServerName, { title: string; visit: (addresses: readonly string[], print: Print) => Promise<void> }>
> = {
  netsync: { title: 'Netsync: two requests meet', visit: tourNetsync },
  fxp: { title: 'FXP: a requestor opens a session with a provider', visit: tourFxp },
  thynapse: { title: 'Thynapse: one event, caught by everybody and by exactly one', visit: tourThynapse },
  fusion: { title: 'Fusion: objects stored, found by what they are linked to, and changed', visit: tourFusion },
};

/** One real exchange through each running server, over real sockets, printed as it happens. */
export async function takeTour(servers: ReadonlyMap<ServerName, readonly string[]>, print: Print): Promise<void> {
  for (const [name, addresses] of servers) {
    const { title, visit } = stops[name];
    print(`\n${title} (${addresses[0] ?? ''})`);
    await visit(addresses, (line) => print(`  ${line}`));
  }
  print('\nThe tour is over; the servers go on. Stop them with Ctrl-C.');
}
