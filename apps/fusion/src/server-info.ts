import { availableParallelism } from 'node:os';
import type { InterfaceFacts, InterfaceName, ServerInfo } from '@syncytium/fusion';

/** What SERVER_INFO answers of this server. One thread serves the interfaces and carries out the queries. */
export function serverInfo(
  version: string,
  interfaces: Readonly<Partial<Record<InterfaceName, InterfaceFacts>>>,
): ServerInfo {
  return {
    serverVersion: version,
    userAgent: `Syncytium Fusion/${version}`,
    resources: {
      cpu: { threadsFusionMax: 1, threadsAvailable: availableParallelism() },
      queryEngine: { threads: 1 },
      networkIo: { threads: 1 },
    },
    interfaces,
  };
}
