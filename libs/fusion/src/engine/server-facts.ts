import type { InterfaceName } from '../fql/query-names.js';

/** An interface as SERVER_INFO tells of it. */
export interface InterfaceFacts {
  readonly ip: string;
  readonly port: number;
  /** Largest query, in bytes. */
  readonly maxReadSize: number;
}

/** What SERVER_INFO answers. */
export interface ServerInfo {
  readonly serverVersion: string;
  readonly userAgent: string;
  readonly resources: {
    readonly cpu: { readonly threadsFusionMax: number; readonly threadsAvailable: number };
    readonly queryEngine: { readonly threads: number };
    readonly networkIo: { readonly threads: number };
  };
  /** The interfaces that are open. */
  readonly interfaces: Readonly<Partial<Record<InterfaceName, InterfaceFacts>>>;
}

/** Clients of one kind of interface. */
export interface ClientCounts {
  /** Now. */
  readonly connected: number;
  /** Since the start. */
  readonly total: number;
}

/** What STATS answers. */
export interface ServerStats {
  /** Seconds since 1970-01-01 UTC. */
  readonly timestamp: number;
  /** Queries received since the start, this one included. */
  readonly totalQueries: number;
  readonly rest: ClientCounts;
  /** Both WebSocket interfaces together. */
  readonly ws: ClientCounts;
  /** Objects that were taken out since the start to make room for others. */
  readonly evicted: number;
  /** Objects that were taken out since the start because their time was over. */
  readonly expired: number;
}

/** What an engine is told, or tells, of the server it works in. */
export interface ServerFacts {
  serverInfo(): ServerInfo;
  stats(): ServerStats;
}
