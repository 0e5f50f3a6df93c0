import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWsHost } from '../ws/index.js';
import { checkAllowedHosts, HostNames, type AllowedHosts } from './allowed-hosts.js';
import { createHttpHost } from './index.js';
import { exchange, RawClient, readAnswer } from './testing/raw-client.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('the names of a host', () => {
  const onLoopback = (allowed?: AllowedHosts, address = '127.0.0.1', asked = address) =>
    new HostNames(allowed, { host: address, port: 8000 }, asked);

  it.each([
    'localhost',
    'localhost:8000',
    'LOCALHOST:9',
    'localhost.',
    'localhost.:8000',
    '127.0.0.1',
    '127.0.0.1:8000',
    '[::1]',
    '[::1]:8000',
  ])('on loopback are those of loopback: %s, whatever the port', (header) => {
    expect(onLoopback().has(header)).toBe(true);
  });

  it.each([
    '',
    'evil.example',
    'evil.example:8000',
    'localhost.evil.example',
    'evil.example:localhost',
    'localhost@evil.example',
    'localhost evil.example',
    'localhost:80:90',
    '0.0.0.0',
    '127.0.0.1.evil.example',
    '[::2]',
    '::1',
    '10.0.0.1',
  ])('on loopback are no others: %j', (header) => {
    const names = onLoopback();
    expect(names.has('localhost')).toBe(true);
    expect(names.has(header)).toBe(false);
    expect(names.has('localhost')).toBe(true);
  });

  it('are also the address it is bound to, and the name it was told to bind', () => {
    const names = onLoopback(undefined, '127.0.1.1', 'Workstation');
    expect(['127.0.1.1:8000', 'workstation:8000'].map((header) => names.has(header))).toEqual([true, true]);
    expect(onLoopback(undefined, '::1').has('[::1]:8000')).toBe(true);
    expect(onLoopback(undefined, '::ffff:127.0.0.1').has('evil.example')).toBe(false);
  });

  it('may be more, or any', () => {
    const names = onLoopback(['api.example.org', '::2', '10.0.0.1']);
    const headers = ['API.example.org', '[::2]:80', '10.0.0.1:443', 'localhost', 'evil.example'];
    expect(headers.map((header) => names.has(header))).toEqual([true, true, true, true, false]);
    expect(onLoopback('any').has('evil.example')).toBe(true);
  });

  it('elsewhere are any, unless told', () => {
    expect(onLoopback(undefined, '0.0.0.0').has('evil.example')).toBe(true);
    const names = onLoopback(['api.example.org'], '0.0.0.0');
    expect(['api.example.org', 'evil.example'].map((header) => names.has(header))).toEqual([true, false]);
  });

  it.each(['example.org:80', 'https://example.org', 'a b', '[::1', '', 'example.org.'])('cannot be %j', (name) => {
    expect(() => checkAllowedHosts(['x', name])).toThrow(/^hosts\[1\] must be a name without a port/);
    const listen = { port: 0 };
    expect(() => createHttpHost({ name: 'demo', listen, hosts: [name] })).toThrow('hosts[0]');
    expect(() => createWsHost({ name: 'demo', listen, hosts: [name], onConnection: vi.fn() })).toThrow('hosts[0]');
  });
});

describe('a page whose name was made to lead to loopback', () => {
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
  /** To its browser, the page and the host are of one origin. */
  const rebound = (path: string, port: number, more = '') =>
    `GET ${path} HTTP/1.1\r\nHost: evil.example:${port}\r\nOrigin: http://evil.example:${port}\r\n${more}\r\n`;

  it('reads nothing of an HTTP host, nor of a WebSocket host on one', async () => {
    const onRoute = vi.fn(() => 'secret');
    const onConnection = vi.fn();
    const http = createHttpHost({
      name: 'demo',
      listen: { port: 0 },
      routes: (app) => {
        app.get('/act', onRoute);
      },
    });
    const ws = createWsHost({ name: 'demo', http, path: '/ws', onConnection });
    cleanups.push(() => http.stop());
    await http.start();
    await ws.start();
    cleanups.push(() => Promise.resolve(ws.stop()));
    const { port } = http.address;
    for (const request of [rebound('/act', port), rebound('/metrics', port), rebound('/ws', port, upgrade)]) {
      expect(readAnswer(await exchange(port, request))).toMatchObject({
        status: 403,
        body: { error: { code: 'host_refused', host: `evil.example:${port}` } },
      });
    }
    expect([onRoute, onConnection].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  });

  it('is let in where the host was told its name, as behind a proxy', async () => {
    const connected = vi.fn(() => ({ onMessage: vi.fn() }));
    const host = createWsHost({
      name: 'demo',
      listen: { port: 0 },
      hosts: ['api.example.org'],
      onConnection: connected,
    });
    cleanups.push(() => Promise.resolve(host.stop()));
    await host.start();
    const { port } = host.address;
    expect(readAnswer(await exchange(port, rebound('/', port, upgrade))).status).toBe(403);
    expect(connected).not.toHaveBeenCalled();
    const client = await RawClient.connect(port);
    client.write(`GET / HTTP/1.1\r\nHost: api.example.org\r\nOrigin: https://api.example.org\r\n${upgrade}\r\n`);
    expect(await client.received(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /);
    expect(connected).toHaveBeenCalledOnce();
    client.socket.destroy();
  });
});

describe('a request of HTTP 1.0', () => {
  it('may name no host', async () => {
    const host = createHttpHost({ name: 'demo', listen: { port: 0 } });
    cleanups.push(() => host.stop());
    await host.start();
    expect(readAnswer(await exchange(host.address.port, 'GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(200);
  });
});
