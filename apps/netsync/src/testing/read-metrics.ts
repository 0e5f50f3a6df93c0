import type { TestServer } from './start-server.js';

/** The samples of `/metrics` whose name begins with `netsync_`: `name{label="value"}` and its value. */
export async function readMetrics(server: TestServer): Promise<Readonly<Record<string, number>>> {
  const { text } = await server.ask('/metrics');
  const samples = text.matchAll(/^(netsync_\S+) (\S+)$/gm);
  return Object.fromEntries([...samples].map(([, name = '', value]) => [name, Number(value)]));
}
