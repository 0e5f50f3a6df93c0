import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Serves a `GET` request without the framework, or leaves it alone: returns whether it took it. `query` is what stands behind
 * the question mark, as it came. An error that it throws is answered.
 */
export type DirectHandler = (request: IncomingMessage, response: ServerResponse, query: string) => boolean;

/** Which paths are shown to a handler before the framework. */
export class DirectRoutes {
  readonly #handlers = new Map<string, DirectHandler>();

  set(path: string, handler: DirectHandler): void {
    this.#handlers.set(path, handler);
  }

  /** Whether a handler takes the request. Requests without a query, or with a body, are left to the framework. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', headers } = request;
    if (method !== 'GET') return false;
    const end = url.indexOf('?');
    if (end < 0) return false;
    const handler = this.#handlers.get(url.slice(0, end));
    if (handler === undefined) return false;
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return false;
    return handler(request, response, url.slice(end + 1));
  }
}
