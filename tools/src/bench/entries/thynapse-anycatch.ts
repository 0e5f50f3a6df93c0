import { BenchProcess } from '../bench-process.js';
import { installPeers, peerVersion } from '../bench-peers.js';
import { startBenchRedis } from '../bench-redis.js';
import { orSkipped, type BenchEntry, type Contender, type Versions } from '../entry.js';
import { work } from '../jetstream-work.js';
import { loadContender } from '../load-contender.js';
import { createWorkStream } from '../nats-work-stream.js';
import { startNatsServer } from '../nats-server.js';
import type { ProcessUsage } from '../process-usage.js';
import { startTransmitter } from '../thynapse-server.js';

const ours = 'Thynapse';
const jetStream = 'NATS JetStream, acknowledged';

/** Requests without an answer at once, and how many of them one cell takes. */
const window = 256;
const capacity = 64;

/** More would only measure how the machine divides its cores among processes. */
const processesMax = 4;

/** Requests that exactly one of several cells answers. */
export const thynapseAnycatch: readonly BenchEntry[] = [1, 4, 16].map((cells) => ({
  name: `thynapse/anycatch-${cells}`,
  question: `how many requests with 100 bytes of JSON do ${cells} cells answer, each once, with ${window} under way?`,
  unit: 'requests',
  aims: [{ figure: 'rate', of: ours, against: jetStream, ratio: 3 }],
  prepare: async () => [
    await orSkipped(ours, 'ours', () => startThynapse(cells)),
    await orSkipped(jetStream, 'peer', () => startJetStream(cells)),
    await orSkipped('NATS queue group, not acknowledged', 'peer', () => startNats(cells)),
    await orSkipped('BullMQ', 'peer', () => startBullMq(cells)),
  ],
}));

type Ready = Omit<Contender, 'name' | 'role'>;

interface Server {
  readonly url: string;
  readonly usage: ProcessUsage;
  readonly versions?: Versions;
  stop(): Promise<void>;
}

async function startThynapse(cells: number): Promise<Ready> {
  const server = await startTransmitter();
  const { addresses, usage } = server;
  return start('thynapse', 'requestor', 'worker', cells, { url: addresses[0] ?? '', usage, stop: () => server.stop() });
}

async function startJetStream(cells: number): Promise<Ready> {
  await installPeers();
  const server = await startNatsServer({ jetStream: true });
  await createWorkStream(server.url, work, window);
  return start('jetstream', 'requestor', 'worker', cells, withClient(server, 'nats'));
}

async function startNats(cells: number): Promise<Ready> {
  await installPeers();
  return start('nats', 'requestor', 'responder', cells, withClient(await startNatsServer(), 'nats'));
}

async function startBullMq(cells: number): Promise<Ready> {
  await installPeers();
  return start('bullmq', 'requestor', 'worker', cells, withClient(await startBenchRedis(), 'bullmq'));
}

function withClient(server: Server, client: string): Server {
  return { ...server, versions: { ...server.versions, [client]: peerVersion(client) } };
}

async function start(system: string, asker: string, worker: string, cells: number, server: Server): Promise<Ready> {
  const { url, usage, versions = {} } = server;
  const processes = Math.min(cells, processesMax);
  const options = { url, cells: cells / processes, capacity, concurrency: capacity };
  const workers = await Promise.all(
    Array.from({ length: processes }, () => BenchProcess.start(`${system}-${worker}`, options)),
  );
  const requestor = await BenchProcess.start(`${system}-${asker}`, { url, window });
  return loadContender({
    servers: workers,
    load: requestor,
    versions,
    cpuOf: { requestor: [requestor.usage], server: [usage], workers: workers.map((one) => one.usage) },
    onClose: () => server.stop(),
  });
}
