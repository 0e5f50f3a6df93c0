import { formatCount } from '../counted.js';
import type { BenchEntry } from '../entry.js';
import type { ChildServer } from '../child-server.js';
import { openJsonSocket, type JsonSocket } from '../ws-load.js';
import { loadPairsOverHttp } from './netsync-pairs.js';
import { startNetsync } from './netsync-server.js';

const waiterCount = 100_000;
const socketCount = 20;
const limits = [
  '--max-pending',
  String(2 * waiterCount),
  '--max-pending-per-event',
  String(2 * waiterCount),
  '--max-outstanding',
  String(waiterCount),
];

/** Pairs on the event on which a multitude waits for somebody who never comes. */
export const netsyncBacklog: BenchEntry = {
  name: 'netsync/backlog',
  question: `what do ${formatCount(waiterCount)} waiters that cannot match cost a pair on the same event?`,
  unit: 'requests',
  aims: [
    { figure: 'p99', of: 'beside 100,000 waiters', against: 'alone', ratio: 2 },
    { figure: 'cpu', of: 'beside 100,000 waiters', against: 'alone', ratio: 2 },
  ],
  async prepare() {
    const crowded = await startNetsync(...limits);
    const alone = await startNetsync(...limits);
    const before = crowded.usage.rssBytes();
    const sockets = await fill(crowded);
    const rssBytesPerWaiter = (crowded.usage.rssBytes() - before) / waiterCount;
    const event = (): string => 'shared';
    return [
      {
        name: 'beside 100,000 waiters',
        role: 'ours',
        async run(seconds) {
          const sample = await loadPairsOverHttp(crowded, seconds, event);
          return { ...sample, figures: { 'RSS bytes per waiter': rssBytesPerWaiter } };
        },
        async close() {
          for (const socket of sockets) socket.close();
          await crowded.stop();
        },
      },
      {
        name: 'alone',
        role: 'limit',
        run: (seconds) => loadPairsOverHttp(alone, seconds, event),
        close: () => alone.stop(),
      },
    ];
  },
};

/** Each waiter is an actor of its own who wants to meet `nobody`. */
async function fill(server: ChildServer): Promise<JsonSocket[]> {
  const refused: unknown[] = [];
  const sockets: JsonSocket[] = [];
  for (let s = 0; s < socketCount; s++) {
    const socket = await openJsonSocket(server, '/ws', ({ error }) => void refused.push(error));
    for (let i = 0; i < waiterCount / socketCount; i++)
      socket.send({ id: i, event: 'shared', actor: `waiter-${s}-${i}`, selector: 'actor=nobody' });
    sockets.push(socket);
  }
  for (;;) {
    if (refused.length > 0) throw new Error(`a waiter was refused: ${JSON.stringify(refused[0])}`);
    const { counts } = (await (await fetch(`${server.addresses[0] ?? ''}/waits?limit=1`)).json()) as {
      counts: { netsync: { open: number } };
    };
    if (counts.netsync.open === waiterCount) return sockets;
  }
}
