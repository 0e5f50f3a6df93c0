import type { Socket } from 'zeromq';
import { HandshakeError } from '../errors.js';
import { callOut } from '../socket-options.js';

export interface MonitorHandlers {
  /** The handshake of a line is complete. */
  readonly onConnect?: (() => void) | undefined;
  /** A line that stood was lost. */
  readonly onDisconnect?: (() => void) | undefined;
  /** ØMQ will not connect again by itself: the other side broke the rules or a limit, or refused this end's keys. */
  readonly onGivenUp?: (() => void) | undefined;
  readonly onError: (error: Error) => void;
  /**
   * So many lines in a row may break within their handshakes without a word (none unless told): whoever refuses keys breaks
   * them like a process that is killed, and ØMQ tries again in either case.
   */
  readonly brokenHandshakesBorne?: number;
}

/** ØMQ says at once when it means to connect again; this is ample. */
const givenUpAfterMs = 250;

/** Follows a socket's life; resolves when the socket is gone for good, its port included. Start it before it connects. */
export async function monitor(socket: Socket, handlers: MonitorHandlers): Promise<void> {
  const { onConnect, onDisconnect, onGivenUp, onError, brokenHandshakesBorne = 0 } = handlers;
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
      case 'handshake:error:other':
      case 'accept:error': {
        const { address, error } = event;
        if (event.type === 'handshake:error:other' && ++brokenHandshakes <= brokenHandshakesBorne) break;
        callOut(() => onError(new HandshakeError(address, error.message, error)));
        break;
      }
      default:
    }
  }
  clearTimeout(givenUp);
}
