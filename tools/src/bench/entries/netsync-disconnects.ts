import { formatCount } from '../counted.js';
import type { BenchEntry, Contender, Sample } from '../entry.js';
import { startHolding, startHoldingClients, type ProbedServer } from '../probed-server.js';
import { startProbedNetsync } from './netsync-server.js';

const waiterCount = 10_000;

/** Many clients go at once, as they do when a machine or a network fails: nobody else must notice. */
export const netsyncDisconnects: BenchEntry = {
  name: 'netsync/disconnects',
  question: `what do ${formatCount(waiterCount)} waiters that disconnect at once cost, in CPU and in the longest stall?`,
  unit: 'disconnects',
  barFigure: 'longest stall ms',
  aims: [{ figure: 'cpu', of: 'netsync over HTTP', against: 'bare fastify route', ratio: 2 }],
  prepare() {
    const going = (
      name: string,
      role: Contender['role'],
      kind: 'http' | 'ws',
      start: () => Promise<ProbedServer>,
    ): Contender => ({ name, role, run: () => leaveAtOnce(start, kind) });
    return Promise.resolve([
      going('netsync over HTTP', 'ours', 'http', () => startProbedNetsync('--max-outstanding', String(waiterCount))),
      going('netsync over one /ws', 'ours', 'ws', () => startProbedNetsync('--max-outstanding', String(waiterCount))),
      going('bare fastify route', 'limit', 'http', () => startHolding('fastify')),
      going('bare node:http', 'limit', 'http', () => startHolding('http')),
    ]);
  },
};

async function leaveAtOnce(start: () => Promise<ProbedServer>, kind: 'http' | 'ws'): Promise<Sample> {
  const server = await start();
  try {
    const clients = await startHoldingClients(server, waiterCount, kind);
    await server.whenWaiting(waiterCount);
    // What filling it took does not count.
    await server.probe();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = performance.now();
    await clients.stop();
    await server.whenWaiting(0);
    const seconds = (performance.now() - began) / 1000;
    const { cpuSeconds, longestStallMs } = await server.probe();
    return { operations: waiterCount, seconds, cpuSeconds, figures: { 'longest stall ms': longestStallMs } };
  } finally {
    await server.stop();
  }
}
