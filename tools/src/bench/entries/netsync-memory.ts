import { join } from 'node:path';
import { startServer } from '../child-server.js';
import { formatCount } from '../counted.js';
import type { BenchEntry, Contender } from '../entry.js';
import { startHolding, startHoldingClients, type Probe, type ProbedServer } from '../probed-server.js';
import { startProbedNetsync } from './netsync-server.js';

const waiterCount = 9000;
const libraryCount = 100_000;
const libraryScript = join(import.meta.dirname, '../../../src/bench/peers/library-waiters.mjs');

/** What a pending request takes, connection by connection, beside servers that hold the same requests and do nothing. */
export const netsyncMemory: BenchEntry = {
  name: 'netsync/memory',
  question: `what does a waiter cost in memory, with ${formatCount(waiterCount)} of them and beyond what its socket takes?`,
  unit: 'waiters',
  barFigure: 'heap bytes per waiter',
  prepare() {
    /** Of the latest round of the bare server. */
    let bare: Taken = { heapBytes: NaN, rssBytes: NaN };
    const holding = (name: string, role: Contender['role'], start: () => Promise<ProbedServer>): Contender => ({
      name,
      role,
      async run() {
        const began = performance.now();
        const taken = await takenBy(start, 'http');
        if (role === 'limit') bare = taken;
        return {
          operations: waiterCount,
          seconds: (performance.now() - began) / 1000,
          figures: {
            'heap bytes per waiter': taken.heapBytes,
            'RSS bytes per waiter': taken.rssBytes,
            ...(role !== 'limit' && {
              'heap bytes beyond the socket': taken.heapBytes - bare.heapBytes,
              'RSS bytes beyond the socket': taken.rssBytes - bare.rssBytes,
            }),
          },
        };
      },
    });
    return Promise.resolve([
      holding('bare node:http', 'limit', () => startHolding('http')),
      holding('bare fastify route', 'peer', () => startHolding('fastify')),
      holding('netsync over HTTP', 'ours', () => startProbedNetsync()),
      {
        name: 'netsync over one /ws',
        role: 'ours',
        async run() {
          const began = performance.now();
          const { heapBytes, rssBytes } = await takenBy(() => startProbedNetsync(), 'ws');
          const seconds = (performance.now() - began) / 1000;
          const figures = { 'heap bytes per waiter': heapBytes, 'RSS bytes per waiter': rssBytes };
          return { operations: waiterCount, seconds, figures };
        },
      },
      {
        name: 'the library alone',
        role: 'ours',
        async run() {
          const began = performance.now();
          const child = await startServer(libraryScript, [String(libraryCount)], ['--expose-gc']);
          await child.stop();
          const seconds = (performance.now() - began) / 1000;
          return {
            operations: libraryCount,
            seconds,
            figures: { 'heap bytes per waiter': Number(child.addresses[0]) },
          };
        },
      },
    ] satisfies Contender[]);
  },
};

/** Bytes for each waiter. */
interface Taken {
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** Fills a new server, so that no round meets the memory of another. */
async function takenBy(start: () => Promise<ProbedServer>, kind: 'http' | 'ws'): Promise<Taken> {
  const server = await start();
  try {
    // Compiles what a request needs.
    const few = await startHoldingClients(server, 200, kind);
    await server.whenWaiting(200);
    await few.stop();
    await server.whenWaiting(0);
    const before = await server.probe();
    const clients = await startHoldingClients(server, waiterCount, kind);
    await server.whenWaiting(waiterCount);
    const after = await server.probe();
    await clients.stop();
    const held = (read: (probe: Probe) => number): number => (read(after) - read(before)) / waiterCount;
    return { heapBytes: held(({ heapUsed, external }) => heapUsed + external), rssBytes: held(({ rss }) => rss) };
  } finally {
    await server.stop();
  }
}
