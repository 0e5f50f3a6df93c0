import type { Socket } from 'zeromq';
import { HandshakeError } from '../errors.js';
import { callOut } from '../socket-options.js';
import { brokenHandshakesBorne, handshakeProblem, type LineEnd } from './line-end.js';

export interface MonitorHandlers {
  readonly end: LineEnd;
  /** The handshake of a line is complete. */
  readonly onConnect?: (() => void) | undefined;
  /** A line that stood was lost. */
  readonly onDisconnect?: (() => void) | undefined;
  /** ØMQ will not connect again by itself: the other side broke the rules or a limit, or refused this end's keys. */
  readonly onGivenUp?: (() => void) | undefined;
  readonly onError: (error: Error) => void;
}

/** ØMQ says at once when it means to connect again; this is ample. */
const givenUpAfterMs = 250;

/** Follows a socket's life; resolves when the socket is gone for good, its port included. Start it before it connects. */
export async function monitor(socket: Socket, handlers: MonitorHandlers): Promise<void> {
  const { end, onConnect, onDisconnect, onGivenUp, onError } = handlers;
  const borne = brokenHandshakesBorne(end);
  let lines = 0;
  let brokenHandshakes = 0;
  let givenUp: NodeJS.Timeout | undefined;
  for await (const event of socket.events) {
    switch (event.type) {
      case 'connect:delay':
      case 'connect:retry':
        clearTimeout(givenUp);
        break;
      case 'handshake':
        lines++;
        brokenHandshakes = 0;
        if (onConnect) callOut(onConnect);
        break;
      case 'disconnect':
        if (onGivenUp) givenUp = setTimeout(onGivenUp, givenUpAfterMs);
        // A line that breaks within its handshake never stood.
        if (lines === 0) break;
        lines--;
        if (onDisconnect) callOut(onDisconnect);
        break;
      case 'handshake:error:auth':
      case 'handshake:error:protocol':
      case 'handshake:error:other': {
        const { type, address, error } = event;
        if (type === 'handshake:error:other' && ++brokenHandshakes <= borne) break;
        callOut(() => onError(new HandshakeError(address, handshakeProblem(type, end), error)));
        break;
      }
      case 'accept:error': {
        const { address, error } = event;
        callOut(() => onError(new HandshakeError(address, error.message, error)));
        break;
      }
      default:
    }
  }
  clearTimeout(givenUp);
}
