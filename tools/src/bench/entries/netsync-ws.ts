import type { BenchEntry, Sample } from '../entry.js';
import { Latencies } from '../latencies.js';
import type { ChildServer } from '../child-server.js';
import { RawWs, textFrame } from '../raw-ws.js';
import { wsUrl } from '../ws-load.js';
import { loadPairsOverHttp } from './netsync-pairs.js';
import { startNetsync } from './netsync-server.js';

const inFlight = 256;
/** The requests of a lane differ, in turn, by their payload: an answer that is lost or comes twice is noticed. */
const payloadsPerLane = 16;
/** Longest wait for the answers that are under way when the time is over. */
const settleMsMax = 5000;

/** Many outstanding requests on one WebSocket each for two actors, against one outstanding request per connection. */
export const netsyncWs: BenchEntry = {
  name: 'netsync/pairs-ws',
  question: `how much faster are pairs over two WebSockets with ${inFlight} requests under way each than over 64 HTTP connections?`,
  unit: 'requests',
  aims: [
    { figure: 'rate', of: '/ws', against: 'HTTP keep-alive', ratio: 4 },
    { figure: 'rate', of: '/ws, arrays', against: 'HTTP keep-alive', ratio: 4 },
  ],
  async prepare() {
    const server = await startNetsync();
    return [
      { name: '/ws', role: 'ours', run: (seconds) => loadPairsOverWs(server, seconds, oneByOne) },
      {
        name: '/ws, arrays',
        role: 'ours',
        run: (seconds) => loadPairsOverWs(server, seconds, inArray),
        close: () => server.stop(),
      },
      { name: 'HTTP keep-alive', role: 'peer', run: (seconds) => loadPairsOverHttp(server, seconds) },
    ];
  },
};

/** A message and its frame, which are made beforehand: the client must not be what is measured. */
interface Message {
  readonly text: string;
  readonly frame: Buffer;
}

/** How the messages that answer one read travel. */
type Travel = (messages: readonly Message[]) => Buffer;

const oneByOne: Travel = (messages) => Buffer.concat(messages.map(({ frame }) => frame));

const inArray: Travel = (messages) => textFrame(`[${messages.map(({ text }) => text).join()}]`);

/** One actor's connection: in each lane one request is under way, on an event of its own. */
interface Actor {
  /** By lane: how many were asked. */
  readonly asked: Uint32Array;
  begin(): void;
  close(): void;
}

async function loadPairsOverWs(server: ChildServer, seconds: number, travel: Travel): Promise<Sample> {
  const latencies = new Latencies();
  let answered = 0;
  let isOver = false;
  let failure: Error | undefined;

  const open = async (name: string): Promise<Actor> => {
    const asked = new Uint32Array(inFlight);
    const askedAt = new Float64Array(inFlight);
    const messages = Array.from({ length: inFlight }, (_, lane) =>
      Array.from({ length: payloadsPerLane }, (_, turn): Message => {
        const payload = payloadOf(lane, turn);
        const text = `{"id":${lane},"event":"lane${lane}","actor":"${name}","payload":"${payload}"}`;
        return { text, frame: textFrame(text) };
      }),
    );
    const ask = (lanes: readonly number[]): void => {
      if (lanes.length === 0) return;
      const now = performance.now();
      const due: Message[] = [];
      for (const lane of lanes) {
        const turn = (asked[lane] ?? 0) % payloadsPerLane;
        const message = messages[lane]?.[turn];
        if (!message) throw new Error(`no lane ${lane}`);
        due.push(message);
        asked[lane] = (asked[lane] ?? 0) + 1;
        askedAt[lane] = now;
      }
      ws.write(travel(due));
    };
    const onTexts = (texts: readonly string[]): void => {
      const now = performance.now();
      const lanes: number[] = [];
      for (const text of texts) {
        // Every answer begins with its id, whether alone or in an array.
        const answers = text.startsWith('[') ? text.split('{"id":').slice(1) : [text.slice(6)];
        for (const answer of answers) {
          const lane = Number.parseInt(answer);
          const payload = payloadOf(lane, ((asked[lane] ?? NaN) - 1) % payloadsPerLane);
          // Both ask in step: an answer without the payloads of the same turn belongs to somebody else.
          if (!answer.includes(`"a":"${payload}"`) || !answer.includes(`"b":"${payload}"`))
            failure ??= new Error(`${name} sent ${payload} and got ${answer}`);
          latencies.record(now - (askedAt[lane] ?? NaN));
          lanes.push(lane);
        }
      }
      answered += lanes.length;
      if (!isOver) ask(lanes);
    };
    const ws = await RawWs.open(wsUrl(server, '/ws'), onTexts);
    return { asked, begin: () => ask(Array.from({ length: inFlight }, (_, lane) => lane)), close: () => ws.close() };
  };

  const actors = [await open('a'), await open('b')] as const;
  const serverCpu = server.usage.cpuSeconds();
  const clientCpu = process.cpuUsage();
  const began = performance.now();
  for (const actor of actors) actor.begin();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsed = (performance.now() - began) / 1000;
  const operations = answered;
  const cpuSeconds = server.usage.cpuSeconds() - serverCpu;
  const { user, system } = process.cpuUsage(clientCpu);
  isOver = true;
  // Of each lane, what both have asked has to be answered to both.
  const expected = (): number =>
    actors[0].asked.reduce((sum, asked, lane) => sum + 2 * Math.min(asked, actors[1].asked[lane] ?? 0), 0);
  for (const until = performance.now() + settleMsMax; answered < expected() && !failure;) {
    if (performance.now() > until) failure = new Error(`${expected() - answered} answers are lost`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (const actor of actors) actor.close();
  if (failure) throw failure;
  return {
    operations,
    seconds: elapsed,
    cpuSeconds,
    latencyUs: latencies.percentiles(),
    figures: { 'client CPU us': (user + system) / operations },
  };
}

function payloadOf(lane: number, turn: number): string {
  return `p${lane}-${turn}`;
}
