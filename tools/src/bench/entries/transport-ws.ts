import { join } from 'node:path';
import { startServer } from '../child-server.js';
import { counted } from '../counted.js';
import type { BenchEntry, Contender } from '../entry.js';
import { loadWindow } from '../window-load.js';
import { wsUrl } from '../ws-load.js';

const ours = 'transport/ws';
const limit = 'ws';

/** The same echo on our WebSocket host and on the package that it is made with. */
function echoEntry(name: string, connections: number, inFlight: number): BenchEntry {
  const message = JSON.stringify({ hello: 'world', text: 'x'.repeat(64) });
  const load = { message, answer: '"hello"', connections, inFlight };
  const contender = async (title: string, role: Contender['role'], script: string): Promise<Contender> => {
    const server = await startServer(join(import.meta.dirname, '../../../src/bench/peers', script));
    const options = { url: wsUrl(server, '/'), ...load };
    return { name: title, role, run: (seconds) => loadWindow(server, options, seconds), close: () => server.stop() };
  };
  return {
    name,
    question: `how many messages a second come back over ${counted(connections, 'WebSocket')} with ${inFlight} under way on each?`,
    unit: 'messages',
    prepare: async () => [
      await contender(ours, 'ours', 'transport-ws-echo.mjs'),
      await contender(limit, 'limit', 'ws-echo.mjs'),
    ],
  };
}

export const transportWs: readonly BenchEntry[] = [
  echoEntry('transport/ws-window', 1, 64),
  echoEntry('transport/ws-clients', 64, 1),
];
