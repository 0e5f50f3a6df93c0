import type { IncomingMessage } from 'node:http';
import { InvalidArgumentError } from '@syncytium/kit';
import type { WsConnection, WsHandlers } from '@syncytium/transport/ws';
import { readWord } from '../session-request.js';
import { messageShapes } from './client-message.js';
import { WsPeer } from './ws-peer.js';
import { wsProvider, type WsProviderDeps } from './ws-provider.js';
import { wsRequestor, type WsRequestorDeps } from './ws-requestor.js';

/** Every service has a path of its own. */
export const servicePath = '/services/*';

export type GatewayWsDeps = WsRequestorDeps & WsProviderDeps;

/** A WebSocket that was opened on a service's path: a provider or a requestor, as its query says. */
export function gatewayWs(connection: WsConnection, { url = '' }: IncomingMessage, deps: GatewayWsDeps): WsHandlers {
  try {
    const { service, query } = readUrl(url);
    const role = readWord(query['role'] ?? 'requestor', 'role', ['provider', 'requestor']);
    return (role === 'provider' ? wsProvider : wsRequestor)(connection, service, query, deps);
  } catch (error) {
    const peer = new WsPeer(connection, messageShapes.requestor, () => new Promise<never>(() => undefined), deps.log);
    peer.refuse(error);
    return { onMessage: () => undefined };
  }
}

function readUrl(url: string): { readonly service: string; readonly query: Readonly<Record<string, string>> } {
  const { pathname, searchParams } = new URL(url, 'ws://host');
  const twice = [...searchParams.keys()].find((name) => searchParams.getAll(name).length > 1);
  if (twice !== undefined) throw new InvalidArgumentError(twice, 'must be given once');
  try {
    const service = decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1));
    return { service, query: Object.fromEntries(searchParams) };
  } catch {
    throw new InvalidArgumentError('service', 'must be percent-encoded UTF-8');
  }
}
