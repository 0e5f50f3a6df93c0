import type { Answer, Engine, QueryParts } from '@syncytium/fusion';
import type { Clock, Log } from '@syncytium/kit';
import { youngGarbageCollector, type Message } from '@syncytium/transport';
import { closeCodes, createWsHost, type WsHandlers, type WsConnection, type WsHost } from '@syncytium/transport/ws';
import type { InterfacePlan } from './interfaces.js';

export interface WsInterfaceOptions {
  readonly from: 'standard' | 'bulk';
  readonly plan: InterfacePlan;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Log;
}

/** Unanswered queries of one connection at which no more are read from it, and those at which reading goes on. */
const pendingMax = 1024;
const pendingLow = pendingMax / 2;

/** A slow client is cut off at this many bytes; more than the longest response, which is always sent. */
const bufferedBytesMax = 2 ** 30;

/**
 * A WebSocket interface: each message is a query, each response a message of text.
 *
 * @see docs/spec/fusion.md
 */
export function createWsInterface({ from, plan, engine, clock, log }: WsInterfaceOptions): WsHost {
  const { host, port, bytesMax, hosts } = plan;
  const collectGarbage = youngGarbageCollector();
  return createWsHost({
    name: from === 'bulk' ? 'fusion-bulk' : 'fusion-ws',
    listen: { host, port },
    ...(hosts && { hosts }),
    limits: { messageBytesMax: bytesMax, bufferedBytesMax },
    clock,
    log,
    onConnection: (connection, request) =>
      serveClient(
        connection,
        engine,
        from,
        `${from === 'bulk' ? 'bulk' : 'ws'} ${connection.remoteAddress}:${request.socket.remotePort ?? 0}`,
        collectGarbage,
      ),
  });
}

/** @param collectGarbage Is told what was received and is garbage now. */
function serveClient(
  socket: WsConnection,
  engine: Engine,
  from: 'standard' | 'bulk',
  name: string,
  collectGarbage: (received: Message) => void,
): WsHandlers {
  const connection = engine.connect(from, name, true);
  /** Whether a response has been sent in part. */
  let isAnswering = false;
  /** The query of which more parts are to come. */
  let open: QueryParts | undefined;
  /** Why nothing is read: the query that is coming is read slowly; too many are unanswered. */
  let [isFull, isBusy, isPaused] = [false, false, false];
  const settle = (): void => {
    if (isPaused === (isFull || isBusy)) return;
    isPaused = !isPaused;
    if (isPaused) socket.pause();
    else socket.resume();
  };
  const respond = ({ bytes, hasFailed, isPart = false, release }: Answer): void => {
    if (isAnswering && hasFailed) socket.close(closeCodes.internalError, 'the response cannot be finished');
    else if (bytes && (isPart || isAnswering)) socket.sendPart(bytes, false, !isPart, release);
    else if (bytes) socket.send(bytes, false);
    isAnswering = isPart;
    isBusy &&= connection.pendingCount > pendingLow;
    settle();
  };
  const onDrain = (): void => {
    isFull = false;
    settle();
  };
  const onTaken = (): void => {
    isBusy ||= connection.pendingCount >= pendingMax;
    settle();
  };
  return {
    onMessage(query) {
      connection.submit(query, respond);
      onTaken();
    },
    onPart(bytes, _isBinary, isLast) {
      open ??= connection.submitInParts(respond, onDrain);
      if (!open.push(bytes)) isFull = true;
      collectGarbage([bytes]);
      if (isLast) {
        open.end();
        open = undefined;
      }
      onTaken();
    },
    onClose: () => connection.close(),
  };
}
