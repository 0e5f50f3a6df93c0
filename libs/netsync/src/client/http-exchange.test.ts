import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeExchange } from './http-exchange.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Starts a server; resolves with its URL. */
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('an exchange over HTTP', () => {
  it('sends a body, and shows headers and trailers alike', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'x-before': 'b', trailer: 'x-behind' });
      response.write('\n');
      response.addTrailers({ 'x-behind': 'a' });
      request.pipe(response);
    });
    const answer = await nodeExchange({ url, body: '"ü"' });
    expect(answer).toMatchObject({ status: 200, text: '\n"ü"' });
    expect(['x-before', 'x-behind', 'x-none'].map((name) => answer.header(name))).toEqual(['b', 'a', undefined]);
  });

  it('names the server that cannot be reached, and why', async () => {
    const url = await serve(() => undefined);
    server?.close();
    await expect(nodeExchange({ url: `${url}/event` })).rejects.toMatchObject({
      code: 'server_unreachable',
      message: `no netsync server answers at ${url}: ECONNREFUSED`,
    });
  });

  it('says so when the server does not speak TLS', async () => {
    const url = await serve(() => undefined);
    await expect(nodeExchange({ url: url.replace('http', 'https') })).rejects.toThrow('it does not speak TLS');
  });

  it('says so when it does not speak HTTP', async () => {
    const url = await serve(() => undefined);
    server?.on('connection', (socket) => socket.write('+OK\r\n'));
    await expect(nodeExchange({ url })).rejects.toThrow('it does not speak HTTP (HPE_');
  });

  it('fails when the connection ends within the answer', async () => {
    const url = await serve((_request, response) => {
      response.write('\n', () => response.destroy());
    });
    await expect(nodeExchange({ url })).rejects.toMatchObject({ code: 'server_unreachable' });
  });

  it('takes a server that says nothing for lost', async () => {
    const url = await serve(() => undefined);
    await expect(nodeExchange({ url, silenceMsMax: 1 })).rejects.toThrow(/: it said nothing for 0.001 s$/);
  });

  it('ends when its signal fires', async () => {
    const gone = new AbortController();
    const url = await serve(() => gone.abort());
    await expect(nodeExchange({ url, signal: gone.signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});
