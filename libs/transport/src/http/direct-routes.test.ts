import type { ServerResponse } from 'node:http';
import { ClosedError, SyncytiumError, type Log } from '@syncytium/kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpHost, sendText, type DirectHandler, type HttpHost, type HttpHostOptions } from './index.js';
import { deferred } from './testing/deferred.js';
import { exchange, RawClient, readAnswer } from './testing/raw-client.js';

const hosts: HttpHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

/** A host with a route `/it`, which tells that it answered, and a handler before it. */
async function startHost(handler: DirectHandler, options: Partial<HttpHostOptions> = {}) {
  const host = createHttpHost({
    name: 'demo',
    listen: { port: 0 },
    routes: (app) => {
      app.get('/it', () => 'route');
      app.post('/it', () => 'route');
    },
    ...options,
  });
  hosts.push(host);
  host.onGet('/it', handler);
  await host.start();
  const ask = (head: string, body = ''): Promise<string> =>
    exchange(host.address.port, `${head}\r\nHost: localhost\r\nConnection: close\r\n\r\n${body}`);
  return { host, ask };
}

const direct: DirectHandler = (_request, response, query) => {
  sendText(response, 200, `direct ${query}`, { 'content-type': 'text/plain' });
  return true;
};

describe('a handler before the framework', () => {
  it('gets the query as it came, and answers with the length of what it says', async () => {
    const { ask } = await startHost((_request, response, query) => {
      sendText(response, 200, `ü ${query}`, {});
      return true;
    });
    const answer = await ask('GET /it?a=%20+?&&b HTTP/1.1');
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('content-length: 13\r\n');
    expect(Buffer.from(answer, 'latin1').toString()).toMatch(/\r\n\r\nü a=%20\+\?&&b$/);
  });

  it('leaves to the route what it does not take', async () => {
    const seen = vi.fn(() => false);
    const { ask } = await startHost(seen);
    expect(await ask('GET /it?a HTTP/1.1')).toMatch(/route$/);
    expect(seen).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['another method', 'POST /it?a HTTP/1.1', 'route'],
    ['HEAD', 'HEAD /it?a HTTP/1.1', ''],
    ['a request without a query', 'GET /it HTTP/1.1', 'route'],
    ['another spelling of the path', 'GET /i%74?a HTTP/1.1', 'route'],
    ['a path with a fragment', 'GET /it#?a HTTP/1.1', 'route'],
    ['a request with a body', 'GET /it?a HTTP/1.1\r\nContent-Length: 1', 'route', 'x'],
    ['a body in chunks', 'GET /it?a HTTP/1.1\r\nTransfer-Encoding: chunked', 'route', '0\r\n\r\n'],
  ])('is not shown %s', async (_what, head, answered, body = '') => {
    const { ask } = await startHost(direct);
    expect((await ask(head, body)).split('\r\n\r\n')[1]).toBe(answered);
  });

  it.each([
    ['for another host', 'Host: evil.example', 403, 'host_refused'],
    ['from another page', 'Host: localhost\r\nOrigin: https://evil.example', 403, 'origin_refused'],
    ['without a host', 'X: y', 400, 'bad_request'],
  ])('is not shown what the host refuses: a request %s', async (_what, headers, status, code) => {
    const { host } = await startHost(direct);
    const answer = readAnswer(await exchange(host.address.port, `GET /it?a HTTP/1.1\r\n${headers}\r\n\r\n`));
    expect(answer).toMatchObject({ status, body: { error: { code } } });
  });

  it('is not shown what comes while the host drains, which waits for what it took', async () => {
    const arrived = deferred<ServerResponse>();
    const { host } = await startHost((_request, response) => {
      arrived.resolve(response);
      return true;
    });
    const { port } = host.address;
    const [waiting, late] = [await RawClient.connect(port), await RawClient.connect(port)];
    late.write('GET /it?late HTTP/1.1\r\n');
    waiting.write('GET /it?first HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const response = await arrived.promise;
    expect(host.unansweredCount).toBe(1);
    const drained = host.drain(new AbortController().signal);
    late.write('Host: localhost\r\n\r\n');
    expect(readAnswer(await late.closed)).toMatchObject({ status: 503, body: { error: { code: 'closed' } } });
    sendText(response, 200, '{}', { connection: 'close' });
    await drained;
    expect(readAnswer(await waiting.closed).status).toBe(200);
    expect(host.unansweredCount).toBe(0);
  });

  const own = { errorStatus: { own: 410 } };
  it.each([
    ['an error of its own', new SyncytiumError('own', 'm', { details: { a: 1 } })],
    ['an error with a header', new ClosedError('it')],
    ['a foreign error', new Error('the password is swordfish')],
  ])('fails with %s as a route does', async (_what, error) => {
    const logged = vi.fn();
    const log: Log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: logged, child: () => log };
    const fail = (): never => {
      throw error;
    };
    const routes: HttpHostOptions['routes'] = (app) => {
      app.get('/it', fail);
    };
    const undated = (answer: string): string => answer.replace(/^Date: .*\r\n/m, '');
    const byRoute = await startHost(() => false, { ...own, routes, log });
    const directly = await startHost(fail, { ...own, routes, log });
    const later = await startHost(
      (_request, response) => {
        setImmediate(() => later.host.sendError(response, error));
        return true;
      },
      { ...own, routes, log },
    );
    const expected = undated(await byRoute.ask('GET /it?a HTTP/1.1'));
    expect(expected).toMatch(/^HTTP\/1\.1 (410|50[03]) /);
    const calls = [...logged.mock.calls];
    expect(undated(await directly.ask('GET /it?a HTTP/1.1'))).toBe(expected);
    expect(undated(await later.ask('GET /it?a HTTP/1.1'))).toBe(expected);
    expect(logged.mock.calls).toEqual([...calls, ...calls, ...calls]);
  });

  it('that fails halfway through its answer loses the connection', async () => {
    const { ask } = await startHost((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('half');
      throw new Error('it');
    });
    expect(await ask('GET /it?a HTTP/1.1')).not.toContain('error');
  });
});
