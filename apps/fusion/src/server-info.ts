import { availableParallelism } from 'node:os';
import type { InterfaceFacts, InterfaceName, ServerInfo } from '@syncytium/fusion';

/**
 * What SERVER_INFO answers of this server. One thread serves the interfaces; so many others carry out the queries, or it
 * does so itself.
 */
export function serverInfo(
  version: string,
  threads: number,
  interfaces: Readonly<Partial<Record<InterfaceName, InterfaceFacts>>>,
): ServerInfo {
  return {
    serverVersion: version,
    userAgent: `Syncytium Fusion/${version}`,
    resources: {
      cpu: { threadsFusionMax: 1 + threads, threadsAvailable: availableParallelism() },
      queryEngine: { threads: Math.max(1, threads) },
      networkIo: { threads: 1 },
    },
    interfaces,
  };
}
