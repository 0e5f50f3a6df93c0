import type { BenchEntry } from '../entry.js';
import { fusionClients, fusionIdle, fusionWindow } from './fusion-server.js';
import { fusionStore } from './fusion-store.js';
import { fxpBrokers } from './fxp-brokers.js';
import { fxpPayload } from './fxp-payload.js';
import { fxpPeers, fxpPeersLoad } from './fxp-peers.js';
import { fxpRoundtrip } from './fxp-roundtrip.js';
import { fxpWindow } from './fxp-window.js';
import { kitWaits } from './kit-waits.js';
import { netsyncBacklog } from './netsync-backlog.js';
import { netsyncDisconnects } from './netsync-disconnects.js';
import { netsyncMemory } from './netsync-memory.js';
import { netsyncPairs } from './netsync-pairs.js';
import { netsyncWs } from './netsync-ws.js';
import { selector } from './selector.js';
import { thynapseAnycatch } from './thynapse-anycatch.js';
import { thynapseLatency, thynapseMulticast } from './thynapse-multicast.js';

/** Every entry, in the order they run. */
export const entries: readonly BenchEntry[] = [
  kitWaits,
  selector,
  netsyncPairs,
  netsyncWs,
  netsyncBacklog,
  netsyncMemory,
  netsyncDisconnects,
  fxpRoundtrip,
  fxpBrokers,
  fxpWindow,
  fxpPayload,
  fxpPeers,
  fxpPeersLoad,
  ...thynapseMulticast,
  ...thynapseAnycatch,
  ...thynapseLatency,
  ...fusionStore,
  fusionWindow,
  fusionClients,
  fusionIdle,
];
