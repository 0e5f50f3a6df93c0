import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** An address of loopback that nobody has now, for who cannot tell which one it has bound. */
export async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `tcp://127.0.0.1:${port}`;
}
