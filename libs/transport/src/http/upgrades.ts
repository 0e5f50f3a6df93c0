import { ServerResponse, type IncomingMessage, type RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorAnswer } from './error-answer.js';
import { HttpError, NotFoundError } from './errors.js';
import { endWithAnswer } from './raw-answer.js';

/** Takes over the socket of a request that asked for an upgrade to WebSocket. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Which paths take WebSocket connections, and what happens to a request for an upgrade. */
export class Upgrades {
  readonly #handlers = new Map<string, UpgradeHandler>();

  get isEmpty(): boolean {
    return this.#handlers.size === 0;
  }

  /** A path that ends in `/*` stands for every path of one more segment. */
  set(path: string, handler: UpgradeHandler): void {
    this.#handlers.set(path, handler);
  }

  has(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  /**
   * Hands the socket to the path's handler. An upgrade to anything but WebSocket is ignored, as RFC 9110 wants it: the
   * request is served by `serve` as if it had not asked.
   */
  dispatch(request: IncomingMessage, socket: Duplex, head: Buffer, serve: RequestListener): void {
    const path = pathOf(request);
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveOnce(request, socket, serve);
      return;
    }
    const handler = this.#find(path);
    if (handler) handler(request, socket, head);
    else endWithAnswer(socket, errorAnswer(new NotFoundError('GET', path)));
  }

  #find(path: string): UpgradeHandler | undefined {
    const slash = path.lastIndexOf('/');
    const hasSegment = slash >= 0 && slash < path.length - 1;
    return this.#handlers.get(path) ?? (hasSegment ? this.#handlers.get(`${path.slice(0, slash)}/*`) : undefined);
  }
}

/** The path of a request's URL, without the query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** Node has let go of this connection, so it carries one answer and ends. A body would not be read any more. */
function serveOnce(request: IncomingMessage, socket: Duplex, serve: RequestListener): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody) {
    const problem = 'a request with a body cannot ask for this upgrade';
    endWithAnswer(socket, errorAnswer(new HttpError(400, 'bad_request', problem)));
    return;
  }
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(request.socket);
  response.once('finish', () => socket.end(() => socket.destroy()));
  serve(request, response);
}
