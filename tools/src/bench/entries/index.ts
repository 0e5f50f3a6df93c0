import type { BenchEntry } from '../entry.js';
import { codec } from './codec.js';
import { fusionGigabyte } from './fusion-gigabyte.js';
import { fusionIngest } from './fusion-ingest.js';
import { fusionClients, fusionIdle, fusionScanScaling, fusionWindow, fusionWrites } from './fusion-server.js';
import { fusionRelations } from './fusion-relations.js';
import { fusionScale } from './fusion-scale.js';
import { fusionStore } from './fusion-store.js';
import { fusionMemory } from './fusion-memory.js';
import { fxpBrokers } from './fxp-brokers.js';
import { fxpPayload } from './fxp-payload.js';
import { fxpPeers, fxpPeersLoad } from './fxp-peers.js';
import { fxpRoundtrip } from './fxp-roundtrip.js';
import { fxpScale } from './fxp-scale.js';
import { fxpWindow } from './fxp-window.js';
import { kitWaits } from './kit-waits.js';
import { netsyncBacklog } from './netsync-backlog.js';
import { netsyncDisconnects } from './netsync-disconnects.js';
import { netsyncMemory } from './netsync-memory.js';
import { netsyncPairs } from './netsync-pairs.js';
import { netsyncScale } from './netsync-scale.js';
import { netsyncWs } from './netsync-ws.js';
import { selector } from './selector.js';
import { thynapseAnycatch } from './thynapse-anycatch.js';
import { thynapseLatency, thynapseMulticast } from './thynapse-multicast.js';
import { thynapseScale } from './thynapse-scale.js';
import { transportWs } from './transport-ws.js';
import { transportZeromq } from './transport-zeromq.js';

/** Every entry, in the order they run. */
export const entries: readonly BenchEntry[] = [
  kitWaits,
  ...codec,
  selector,
  ...transportWs,
  transportZeromq,
  netsyncPairs,
  netsyncWs,
  netsyncBacklog,
  netsyncMemory,
  netsyncDisconnects,
  netsyncScale,
  fxpRoundtrip,
  fxpBrokers,
  fxpWindow,
  fxpPayload,
  fxpPeers,
  fxpPeersLoad,
  fxpScale,
  ...thynapseMulticast,
  ...thynapseAnycatch,
  ...thynapseLatency,
  ...thynapseScale,
  ...fusionStore,
  fusionMemory,
  fusionRelations,
  fusionIngest,
  fusionGigabyte,
  fusionWindow,
  fusionClients,
  fusionIdle,
  fusionWrites,
  ...fusionScanScaling,
  ...fusionScale,
];
