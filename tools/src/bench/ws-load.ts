import { connectWs } from '@syncytium/transport/ws';
import type { ChildServer } from './child-server.js';

/** A WebSocket that hands every text message, as parsed JSON, to one function. */
export interface JsonSocket {
  send(message: unknown): void;
  close(): void;
}

/** Connects to a path of a server whose first address is HTTP. */
export async function openJsonSocket(
  server: ChildServer,
  path: string,
  onMessage: (message: Readonly<Record<string, unknown>>) => void,
): Promise<JsonSocket> {
  const socket = await connectWs(wsUrl(server, path), {
    onMessage: (data) => onMessage(JSON.parse(data.toString()) as Readonly<Record<string, unknown>>),
  });
  return { send: (message) => void socket.send(JSON.stringify(message)), close: () => socket.close() };
}

/** The WebSocket URL of a path of a server whose first address is HTTP. */
export function wsUrl(server: ChildServer, path: string): string {
  return `${server.addresses[0]?.replace('http', 'ws') ?? ''}${path}`;
}
