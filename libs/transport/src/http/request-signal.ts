import { ClosedError } from '@syncytium/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { onConnectionLost } from './connections.js';

/**
 * A signal that fires when the client goes away before its request is answered: what a route that may wait long hands
 * on, so that nobody waits for a client that is gone. Its reason is a `ClosedError`.
 */
export function requestSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const forget = onConnectionLost(request.raw, () => controller.abort(new ClosedError('connection of the client')));
  reply.raw.once('close', forget);
  return controller.signal;
}
