import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A port of loopback that somebody listens on, until it is disposed of. */
export interface TakenPort extends AsyncDisposable {
  readonly port: number;
}

/** Takes a free port of loopback, for tests of programs that want the same. */
export async function takePort(): Promise<TakenPort> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port of loopback where nobody listens; another program may take it before its caller does. */
export async function freePort(): Promise<number> {
  await using taken = await takePort();
  return taken.port;
}
