import { join } from 'node:path';
import { startServer, type ChildServer } from '../child-server.js';
import type { BenchEntry, Contender, Sample } from '../entry.js';
import { startNetsync } from './netsync-server.js';
import { HttpConnection } from '../http-load.js';
import { Latencies } from '../latencies.js';

const here = import.meta.dirname;
const echo = join(here, '../../../src/bench/peers/fastify-echo.mjs');
const connectionCount = 64;

/** Pairs over keep-alive connections, two by two on an event of their own, against answering at once. */
export const netsyncPairs: BenchEntry = {
  name: 'netsync/pairs-http',
  question: `how many requests a second are paired over ${connectionCount} keep-alive connections?`,
  unit: 'requests',
  aims: [{ figure: 'rate', of: 'netsync', against: 'bare fastify route', ratio: 0.8 }],
  async prepare() {
    const ours = await startNetsync();
    const limit = await startServer(echo);
    return [
      { name: 'netsync', role: 'ours', run: (seconds) => loadPairsOverHttp(ours, seconds), close: () => ours.stop() },
      {
        name: 'netsync, one shared event',
        role: 'ours',
        run: (seconds) => loadPairsOverHttp(ours, seconds, sharedEvent),
      },
      {
        name: 'bare fastify route',
        role: 'limit',
        run: (seconds) => loadPairsOverHttp(limit, seconds),
        close: () => limit.stop(),
      },
    ] satisfies Contender[];
  },
};

/** The event of a connection's requests. */
type EventOf = (connection: number) => string;

/** Two connections to an event, with the actors a and b; connections on a shared event have actors of their own. */
const pairEvent: EventOf = (connection) => `e${connection >> 1}`;
const sharedEvent: EventOf = () => 'shared';

/** Every connection asks again as soon as it is answered; each answer has to have the payload of its own request. */
export async function loadPairsOverHttp(
  server: ChildServer,
  seconds: number,
  eventOf: EventOf = pairEvent,
): Promise<Sample> {
  const url = server.addresses[0] ?? '';
  const connections = await Promise.all(Array.from({ length: connectionCount }, () => HttpConnection.open(url)));
  const latencies = new Latencies();
  const cpu = server.usage.cpuSeconds();
  const began = performance.now();
  const end = began + seconds * 1000;
  let operations = 0;
  let open = connectionCount;
  await Promise.race(
    // At the end some connections wait for a mate that has stopped: the first idle moment ends the round.
    [
      Promise.all(
        connections.map(async (connection, i) => {
          const event = eventOf(i);
          const actor = eventOf === pairEvent ? 'ab'.charAt(i & 1) : `c${i}`;
          for (let n = 0; performance.now() < end; n++) {
            const sent = performance.now();
            const body = await connection.get(`/event?event=${event}&actor=${actor}&payload=${i}-${n}`);
            // An answer without one's own payload belongs to somebody else.
            if (!body.includes(`"${i}-${n}"`)) throw new Error(`request ${i}-${n} got ${body}`);
            latencies.record(performance.now() - sent);
            operations++;
          }
          open--;
        }),
      ),
      new Promise<void>((resolve) => {
        const watch = setInterval(() => {
          if (performance.now() < end + 200 && open > 0) return;
          clearInterval(watch);
          resolve();
        }, 20);
      }),
    ],
  );
  const elapsed = (Math.min(performance.now(), end) - began) / 1000;
  const cpuSeconds = server.usage.cpuSeconds() - cpu;
  for (const connection of connections) connection.close();
  return { operations, seconds: elapsed, cpuSeconds, latencyUs: latencies.percentiles() };
}
