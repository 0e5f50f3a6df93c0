import { connectNetsync } from '@syncytium/netsync/client';
import { defineCommand, toggle } from '@syncytium/program';
import { reconnect, serverUrl } from './server-url.js';
import { statsTable } from './stats-table.js';

/** `netsync stats`: who waits. */
export const statsCommand = defineCommand({
  name: 'stats',
  summary: 'shows who waits at a running server',
  arguments: {},
  options: { server: serverUrl, json: toggle({ help: 'as JSON, as GET /stats gives it' }) },
  examples: [['netsync stats --server http://127.0.0.1:8000', 'shows a table']],
  run: async ({ server, json }, { print, signal, clock, prng }) => {
    const client = await connectNetsync(server, { signal, clock, prng, reconnect });
    try {
      const stats = await client.stats(signal);
      for (const line of json ? [JSON.stringify(stats)] : statsTable(stats, clock.wallNow())) print(line);
    } finally {
      client.close();
    }
    return 0;
  },
});
