import { STATUS_CODES, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorAnswer } from './error-answer.js';

/** As the framework has it. */
export const jsonContentType = 'application/json; charset=utf-8';

/** Writes an answer to a socket that has no `ServerResponse`, then ends the connection. */
export function endWithAnswer(socket: Duplex, { status, headers, body }: ErrorAnswer): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const json = JSON.stringify(body);
  const lines = Object.entries({
    'content-type': jsonContentType,
    'content-length': String(Buffer.byteLength(json)),
    ...headers,
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${json}`;
  // The rest of what the peer sends is of no interest; without reading it the socket would not close.
  socket.resume();
  socket.end(text, () => socket.destroy());
}

/** Answers a request before any framework has seen it, and ends the connection. */
export function answerNow(response: ServerResponse, { status, headers, body }: ErrorAnswer): void {
  const json = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': jsonContentType,
      'content-length': Buffer.byteLength(json),
      ...headers,
      connection: 'close',
    })
    .end(json);
}

/** Sends a whole answer without the framework. Adds its length to `headers`, which has to be an object of this call's own. */
export function sendText(response: ServerResponse, status: number, text: string, headers: OutgoingHttpHeaders): void {
  headers['content-length'] = String(Buffer.byteLength(text));
  response.writeHead(status, headers).end(text);
}
