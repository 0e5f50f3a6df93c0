import { once } from 'node:events';
import { createServer } from 'node:net';

/** `count` neighbouring TCP ports of loopback that are free now. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = await tryPort(0);
    if (first === undefined || first + count > 65_535) continue;
    const rest = await Promise.all(Array.from({ length: count - 1 }, (_, i) => tryPort(first + 1 + i)));
    if (rest.every((port) => port !== undefined)) return first;
  }
  throw new Error(`no ${count} neighbouring ports are free`);
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  const listening = new Promise<boolean>((resolve) => {
    server.once('listening', () => resolve(true)).once('error', () => resolve(false));
  });
  server.listen(port, '127.0.0.1');
  if (!(await listening)) return undefined;
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : undefined;
}
