import { SyncytiumError } from '@syncytium/kit';

/** A WebSocket connection that could not be made: nobody listens, or the server refused with a status. Code `ws_refused`. */
export class WsRefusedError extends SyncytiumError {
  constructor(url: string, problem: string, facts: { status?: number; cause?: unknown } = {}) {
    super('ws_refused', `no WebSocket connection to ${url}: ${problem}`, {
      details: { url, ...(facts.status !== undefined && { status: facts.status }) },
      cause: facts.cause,
    });
  }
}
