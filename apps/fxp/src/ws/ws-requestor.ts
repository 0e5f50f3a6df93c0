import { InternalError, type Log } from '@syncytium/kit';
import type { WsConnection, WsHandlers } from '@syncytium/transport/ws';
import { ClientGoneError } from '../errors.js';
import type { AnySession, Gateway } from '../gateway.js';
import { readSessionRequest } from '../session-request.js';
import { checkItem } from './check-item.js';
import { messageShapes, type ClientMessage } from './client-message.js';
import { WsPeer, type Answer } from './ws-peer.js';

export interface WsRequestorDeps {
  readonly gateway: Gateway;
  readonly log: Log;
}

/**
 * A requestor at the end of a WebSocket: the session is opened with the connection and ends with it, and the provider is
 * told when the client disconnects without having said `end`.
 *
 * @see docs/spec/fxp.md
 */
export function wsRequestor(
  connection: WsConnection,
  service: string,
  query: Readonly<Record<string, string>>,
  { gateway, log }: WsRequestorDeps,
): WsHandlers {
  const client = `requestor at ${connection.remoteAddress}`;
  const gone = new AbortController();
  let hasEnded = false;
  const peer = new WsPeer(connection, messageShapes.requestor, (message) => answer(message), log);

  const open = async (): Promise<AnySession> => {
    const request = readSessionRequest(query, ['role']);
    const session = await gateway.open({ ...request, service, client, signal: gone.signal });
    peer.tell({ type: 'open', session: session.id, service, mode: session.mode, codec: session.codec });
    return session;
  };
  const opening = open();
  opening.catch((error: unknown) => peer.refuse(error));

  const answer = async (message: ClientMessage): Promise<Answer> => {
    const session = await opening;
    const { timeout } = message;
    const options = { ...(timeout !== undefined && { timeout }), signal: gone.signal };
    switch (message.type) {
      case 'call':
        return { type: 'item', item: await session.call(checkItem(message.item, session.codec), options) };
      case 'push':
        await session.push(checkItem(message.item, session.codec));
        return { type: 'done' };
      case 'pop':
        return { type: 'item', item: await session.pop(options) };
      case 'end':
        hasEnded = true;
        await session.end();
        return { type: 'done' };
      default:
        throw new InternalError(`a requestor has no ${message.type}`);
    }
  };

  const leave = async (): Promise<void> => {
    const session = await opening.catch(() => undefined);
    if (!session) return;
    if (!hasEnded) await session.fail(new ClientGoneError(client)).catch(() => undefined);
    await gateway.release(session);
  };

  return {
    onMessage: (frame, isBinary) => peer.onFrame(frame, isBinary),
    onClose() {
      gone.abort(new ClientGoneError(client));
      leave().catch((error: unknown) => log.warn('a session did not end well', { client, err: error }));
    },
  };
}
