import type { HostPort } from '@syncytium/program';
import { askServer, type QueryAnswer } from '../query-command.js';
import { QuerySocket, type QuerySocketOptions } from '../query-socket.js';

/** Where objects are stored. */
export interface StoreTarget {
  /** Carries out a query, given its name and what stands in its object; the answer to success may be any. */
  store(name: string, content: Uint8Array): Promise<QueryAnswer>;
  close(): void;
}

/** Of what was stored, only the time is told: that is much shorter than the OIDs. */
const terse = Buffer.from(`"_rsp":"error","_metrics":true,`);

/** Over a WebSocket: many queries can be under way. */
export async function openBulkTarget(address: HostPort, options: QuerySocketOptions): Promise<StoreTarget> {
  const socket = await QuerySocket.open(address, options);
  return {
    store: (name, content) => socket.ask(name, Buffer.concat([terse, content])),
    close: () => socket.close(),
  };
}

/** Over REST: a connection for each query under way. */
export function restTarget(address: HostPort, signal: AbortSignal): StoreTarget {
  return {
    store: (name, content) =>
      askServer(address, Buffer.concat([Buffer.from(`{"${name}":{`), content, Buffer.from('}}')]), signal),
    close: () => undefined,
  };
}
