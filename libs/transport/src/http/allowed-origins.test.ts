import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWsHost } from '../ws/index.js';
import { originRefusal, resolveOrigins, type AllowedOrigins } from './allowed-origins.js';
import { createHttpHost } from './index.js';
import { exchange, RawClient, readAnswer } from './testing/raw-client.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const requestWith = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;

describe('allowed origins', () => {
  it.each<[AllowedOrigins, Record<string, string>, boolean]>([
    ['same', {}, true],
    ['same', { host: 'localhost:80', origin: 'http://localhost' }, true],
    ['same', { host: 'LocalHost:8000', origin: 'http://localhost:8000' }, true],
    ['same', { host: 'example.org', origin: 'https://example.org' }, true],
    ['same', { host: 'example.org:443', origin: 'https://example.org' }, true],
    ['same', { host: '[::1]:8000', origin: 'http://[::1]:8000' }, true],
    ['same', { host: 'localhost:8000', origin: 'http://localhost:8001' }, false],
    ['same', { host: 'localhost:8000', origin: 'http://localhost.evil.example:8000' }, false],
    ['same', { host: 'localhost:8000', origin: 'http://evil.example' }, false],
    ['same', { host: 'localhost:8000', origin: 'http://localhost:8000, http://evil.example' }, false],
    ['same', { host: 'localhost:8000', origin: 'null' }, false],
    ['same', { host: 'localhost:8000', origin: '' }, false],
    ['same', { host: '', origin: 'file://' }, false],
    ['same', { origin: 'http://localhost' }, false],
    ['same', { host: 'localhost', 'sec-fetch-site': 'none' }, true],
    ['same', { host: 'localhost', 'sec-fetch-site': 'same-origin' }, true],
    ['same', { host: 'localhost', 'sec-fetch-site': 'same-site' }, false],
    ['same', { host: 'localhost', 'sec-fetch-site': 'cross-site' }, false],
    ['any', { host: 'localhost', origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }, true],
    ['any', { host: 'localhost', 'sec-fetch-site': 'cross-site' }, true],
    [['https://good.example'], { host: 'localhost', origin: 'https://good.example' }, true],
    [['https://good.example'], { origin: 'https://good.example', 'sec-fetch-site': 'cross-site' }, true],
    [['HTTPS://Good.example:443'], { host: 'localhost', origin: 'https://good.example' }, true],
    [['null'], { host: 'localhost', origin: 'null' }, true],
    [['chrome-extension://abc'], { host: 'localhost', origin: 'chrome-extension://abc' }, true],
    [['https://good.example'], { host: 'localhost', origin: 'http://good.example' }, false],
    [['https://good.example'], { host: 'localhost', origin: 'http://localhost' }, false],
    [['https://good.example'], { host: 'localhost', 'sec-fetch-site': 'cross-site' }, false],
    [['https://good.example'], {}, true],
    [[], { host: 'localhost', origin: 'http://localhost' }, false],
  ])('with %j, %j may call: %s', (allowed, headers, isAllowed) => {
    expect(originRefusal(requestWith(headers), resolveOrigins(allowed)) === undefined).toBe(isAllowed);
  });

  it.each(['example.org', 'https://example.org/', 'https://', '*', ''])('cannot be %j', (origin) => {
    expect(() => resolveOrigins(['https://example.org', origin])).toThrow(/^origins\[1\] must be like https:/);
    const listen = { port: 0 };
    expect(() => createHttpHost({ name: 'demo', listen, origins: [origin] })).toThrow('origins[0]');
    expect(() => createWsHost({ name: 'demo', listen, origins: [origin], onConnection: vi.fn() })).toThrow(
      'origins[0]',
    );
  });
});

interface Started {
  readonly port: number;
  readonly onRoute: ReturnType<typeof vi.fn>;
}

async function startHttp(origins?: AllowedOrigins): Promise<Started> {
  const onRoute = vi.fn(() => 'done');
  const host = createHttpHost({
    name: 'demo',
    listen: { port: 0 },
    ...(origins && { origins }),
    routes: (app) => {
      app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      app.route({ method: ['GET', 'POST'], url: '/act', handler: onRoute });
    },
  });
  cleanups.push(() => host.stop());
  await host.start();
  return { port: host.address.port, onRoute };
}

/** A simple request, for which browsers ask nobody before they send it. */
const simplePost = (port: number, headers: string) =>
  `POST /act HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}Content-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\nCLEAR`;

describe('a web page', () => {
  it('that may not call is refused before any route', async () => {
    const { port, onRoute } = await startHttp();
    const answer = readAnswer(await exchange(port, simplePost(port, 'Origin: https://evil.example\r\n')));
    expect(answer).toMatchObject({
      status: 403,
      body: { error: { code: 'origin_refused', origin: 'https://evil.example' } },
    });
    expect(onRoute).not.toHaveBeenCalled();
  });

  it('that asks beforehand gets no permission', async () => {
    const { port } = await startHttp();
    const preflight = `OPTIONS /act HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n`;
    const answer = readAnswer(await exchange(port, preflight));
    expect(answer.status).toBe(403);
    expect(answer.headers).not.toContain('access-control');
  });

  it('that embeds a path, which its browser tells without an origin, is refused too', async () => {
    const { port, onRoute } = await startHttp();
    const embed = `GET /act HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n\r\n`;
    expect(readAnswer(await exchange(port, embed))).toMatchObject({
      status: 403,
      body: { error: { code: 'origin_refused', message: 'web pages of another site may not call' } },
    });
    expect(onRoute).not.toHaveBeenCalled();
  });

  it('may link to what changes nothing, and not read it', async () => {
    const { port } = await startHttp();
    const link = (headers: string) =>
      `GET /waits HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}Connection: close\r\n\r\n`;
    expect(readAnswer(await exchange(port, link('Sec-Fetch-Site: cross-site\r\n'))).status).toBe(200);
    expect(readAnswer(await exchange(port, link('Origin: https://evil.example\r\n'))).status).toBe(403);
  });

  it.each<[string, AllowedOrigins | undefined, (port: number) => string]>([
    ['of this host', undefined, (port) => `Origin: http://127.0.0.1:${port}\r\n`],
    ['of a listed origin', ['https://good.example'], () => 'Origin: https://good.example\r\n'],
    ['of any origin', 'any', () => 'Origin: https://evil.example\r\n'],
  ])('%s may call', async (_which, origins, headers) => {
    const { port, onRoute } = await startHttp(origins);
    expect(await exchange(port, simplePost(port, headers(port)))).toMatch(/^HTTP\/1\.1 200 /);
    expect(onRoute).toHaveBeenCalledOnce();
  });

  it('that may not call is refused by a WebSocket host, with and without an upgrade', async () => {
    const host = createWsHost({ name: 'demo', listen: { port: 0 }, onConnection: vi.fn() });
    cleanups.push(() => Promise.resolve(host.stop()));
    await host.start();
    const { port } = host.address;
    for (const upgrade of ['', 'Connection: Upgrade\r\nUpgrade: websocket\r\n']) {
      const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: https://evil.example\r\n${upgrade}\r\n`;
      expect(readAnswer(await exchange(port, request))).toMatchObject({
        status: 403,
        body: { error: { code: 'origin_refused', origin: 'https://evil.example' } },
      });
    }
  });
});

describe('a program that is no browser', () => {
  it('says nothing of pages, and may call', async () => {
    const { port, onRoute } = await startHttp();
    const client = await RawClient.connect(port);
    client.write(simplePost(port, ''));
    expect(await client.closed).toMatch(/^HTTP\/1\.1 200 /);
    expect((await fetch(`http://127.0.0.1:${port}/act`)).status).toBe(200);
    expect(onRoute).toHaveBeenCalledTimes(2);
  });
});
