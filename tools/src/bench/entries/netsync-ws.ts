import { connectWs } from '@syncytium/transport/ws';
import type { BenchEntry, Sample } from '../entry.js';
import { latencyHistogram, percentiles } from '../http-load.js';
import type { ChildServer } from '../child-server.js';
import { wsUrl } from '../ws-load.js';
import { loadPairsOverHttp } from './netsync-pairs.js';
import { startNetsync } from './netsync-server.js';

const inFlight = 256;

/** Many outstanding requests on one WebSocket each for two actors, against one outstanding request per connection. */
export const netsyncWs: BenchEntry = {
  name: 'netsync/pairs-ws',
  question: `how much faster are pairs over two WebSockets with ${inFlight} requests under way each than over 64 HTTP connections?`,
  unit: 'requests',
  aims: [{ figure: 'rate', of: '/ws, arrays', against: 'HTTP keep-alive', ratio: 4 }],
  async prepare() {
    const server = await startNetsync();
    return [
      { name: '/ws', role: 'ours', run: (seconds) => loadPairsOverWs(server, seconds, oneByOne) },
      {
        name: '/ws, arrays',
        role: 'ours',
        run: (seconds) => loadPairsOverWs(server, seconds, inArrays),
        close: () => server.stop(),
      },
      { name: 'HTTP keep-alive', role: 'peer', run: (seconds) => loadPairsOverHttp(server, seconds) },
    ];
  },
};

/** One actor's connection. Its messages are put together and read as text: the client must not be what is measured. */
interface Actor {
  readonly name: string;
  /** By lane: when the request under way was sent, in microseconds; also its payload. */
  readonly sentAt: Float64Array;
  send(text: string): void;
  close(): void;
}

/** How the messages of one turn of the event loop travel. */
type Travel = (send: (text: string) => void) => (message: string) => void;

const oneByOne: Travel = (send) => send;

const inArrays: Travel = (send) => {
  let waiting: string[] = [];
  return (message) => {
    if (waiting.push(message) > 1) return;
    setImmediate(() => {
      send(`[${waiting.join()}]`);
      waiting = [];
    });
  };
};

async function loadPairsOverWs(server: ChildServer, seconds: number, travel: Travel): Promise<Sample> {
  const histogram = latencyHistogram();
  let operations = 0;
  let isOver = false;
  const ask = (actor: Actor, lane: number): void => {
    const now = Math.round(performance.now() * 1000);
    actor.sentAt[lane] = now;
    actor.send(`{"id":${lane},"event":"lane${lane}","actor":"${actor.name}","payload":"${now}"}`);
  };
  const open = async (name: string): Promise<Actor> => {
    const sentAt = new Float64Array(inFlight);
    const socket = await connectWs(wsUrl(server, '/ws'), {
      onMessage(data) {
        const text = data.toString('latin1');
        // Every answer begins with its id, whether alone or in an array.
        for (const answer of text.split('{"id":').slice(1)) {
          const lane = Number.parseInt(answer);
          const sent = sentAt[lane] ?? NaN;
          // An answer without one's own payload belongs to somebody else.
          if (!answer.includes(`"${name}":"${sent}"`)) throw new Error(`${name} sent ${sent} and got ${answer}`);
          operations++;
          histogram.recordValue(Math.max(1, Math.round(performance.now() * 1000) - sent));
          if (!isOver) ask(actor, lane);
        }
      },
    });
    const actor: Actor = { name, sentAt, send: travel((text) => void socket.send(text)), close: () => socket.close() };
    return actor;
  };
  const actors = [await open('a'), await open('b')];
  const cpu = server.cpuSeconds();
  const began = performance.now();
  for (let lane = 0; lane < inFlight; lane++) for (const actor of actors) ask(actor, lane);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsed = (performance.now() - began) / 1000;
  const done = operations;
  const cpuSeconds = server.cpuSeconds() - cpu;
  isOver = true;
  for (const actor of actors) actor.close();
  return { operations: done, seconds: elapsed, cpuSeconds, latencyUs: percentiles(histogram) };
}
