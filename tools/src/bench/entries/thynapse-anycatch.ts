import { BenchProcess } from '../bench-process.js';
import { installPeers, peerVersion } from '../bench-peers.js';
import { startBenchRedis } from '../bench-redis.js';
import { orSkipped, type BenchEntry, type Contender, type Versions } from '../entry.js';
import { work as streamNames } from '../jetstream-work.js';
import { loadContender } from '../load-contender.js';
import { createWorkStream } from '../nats-work-stream.js';
import { startNatsServer } from '../nats-server.js';
import type { ProcessUsage } from '../process-usage.js';
import { startTransmitter } from '../thynapse-server.js';
import { warmUpSeconds } from '../warm-up.js';

const ours = 'Thynapse';
const twoTransmitters = `${ours}, who asks at another transmitter`;
const jetStream = 'NATS JetStream, acknowledged';

/** Requests without an answer at once, and how many of them one cell takes. */
const window = 256;
const capacity = 64;

/** More would only measure how the machine divides its cores among processes. */
const processesMax = 4;

/** How many cells answer requests of how many bytes of JSON. */
interface Work {
  readonly cells: number;
  readonly bytes: number;
}

/** Every number of cells with one size, and every size with one cell: all nine would take too long. */
const works: readonly Work[] = [
  ...[1, 4, 16].map((cells) => ({ cells, bytes: 256 })),
  ...[16, 4096].map((bytes) => ({ cells: 1, bytes })),
];

/** Requests that exactly one of several cells answers. */
export const thynapseAnycatch: readonly BenchEntry[] = works.map((work) => ({
  name: `thynapse/anycatch-${work.cells}-${work.bytes}`,
  question: `how many requests of ${work.bytes} bytes of JSON a second ${work.cells === 1 ? 'does one cell' : `do ${work.cells} cells`} answer, each once, with ${window} under way?`,
  unit: 'requests',
  aims: [{ figure: 'rate', of: ours, against: jetStream, ratio: 3 }],
  warmUpSeconds,
  prepare: async () => [
    await orSkipped(ours, 'ours', () => startThynapse(work)),
    ...(work.cells === 4 ? [await orSkipped(twoTransmitters, 'ours', () => startTwoTransmitters(work))] : []),
    await orSkipped(jetStream, 'peer', () => startJetStream(work)),
    await orSkipped('NATS queue group, not acknowledged', 'peer', () => startNats(work)),
    await orSkipped('BullMQ', 'peer', () => startBullMq(work)),
  ],
}));

type Ready = Omit<Contender, 'name' | 'role'>;

interface Server {
  readonly url: string;
  /** Where who asks connects to, if elsewhere. */
  readonly askerUrl?: string;
  readonly usages: readonly ProcessUsage[];
  readonly versions?: Versions;
  stop(): Promise<void>;
}

async function startThynapse(work: Work): Promise<Ready> {
  const server = await startTransmitter();
  const { addresses, usage } = server;
  const one = { url: addresses[0] ?? '', usages: [usage], stop: () => server.stop() };
  return start('thynapse', 'requestor', 'worker', work, one);
}

async function startTwoTransmitters(work: Work): Promise<Ready> {
  const first = await startTransmitter();
  const second = await startTransmitter(first.addresses[1] ?? '');
  return start('thynapse', 'requestor', 'worker', work, {
    url: second.addresses[0] ?? '',
    askerUrl: first.addresses[0] ?? '',
    usages: [first.usage, second.usage],
    stop: async () => {
      await second.stop();
      await first.stop();
    },
  });
}

async function startJetStream(work: Work): Promise<Ready> {
  await installPeers();
  const server = await startNatsServer({ jetStream: true });
  await createWorkStream(server.url, streamNames, window);
  return start('jetstream', 'requestor', 'worker', work, withClient(server, 'nats'));
}

async function startNats(work: Work): Promise<Ready> {
  await installPeers();
  return start('nats', 'requestor', 'responder', work, withClient(await startNatsServer(), 'nats'));
}

async function startBullMq(work: Work): Promise<Ready> {
  await installPeers();
  return start('bullmq', 'requestor', 'worker', work, withClient(await startBenchRedis(), 'bullmq'));
}

function withClient(
  { usage, ...server }: Omit<Server, 'usages'> & { readonly usage: ProcessUsage },
  client: string,
): Server {
  return { ...server, usages: [usage], versions: { ...server.versions, [client]: peerVersion(client) } };
}

async function start(
  system: string,
  asker: string,
  worker: string,
  { cells, bytes }: Work,
  server: Server,
): Promise<Ready> {
  const { url, askerUrl = url, usages, versions = {} } = server;
  const processes = Math.min(cells, processesMax);
  const options = { url, cells: cells / processes, capacity, concurrency: capacity };
  const workers = await Promise.all(
    Array.from({ length: processes }, () => BenchProcess.start(`${system}-${worker}`, options)),
  );
  const requestor = await BenchProcess.start(`${system}-${asker}`, { url: askerUrl, window, bytes });
  return loadContender({
    servers: workers,
    load: requestor,
    versions,
    cpuOf: { requestor: [requestor.usage], server: usages, workers: workers.map((one) => one.usage) },
    onClose: () => server.stop(),
  });
}
