import { freePort } from '@syncytium/testkit';
import { BenchProcess } from '../bench-process.js';
import { installPeers, peerVersion } from '../bench-peers.js';
import { orSkipped, type Aim, type BenchEntry, type Contender, type Versions } from '../entry.js';
import { loadContender } from '../load-contender.js';
import type { Pace } from '../multicast-load.js';
import { startNatsServer } from '../nats-server.js';
import { packageVersion } from '../package-version.js';
import type { ProcessUsage } from '../process-usage.js';
import { startTransmitter } from '../thynapse-server.js';
import { warmUpSeconds } from '../warm-up.js';

const ours = 'Thynapse';
const nats = 'NATS core';

/** Events from one process to others, in each size that the aims name. */
export const thynapseMulticast: readonly BenchEntry[] = [1, 4].flatMap((listeners) =>
  [16, 256, 4096].map((bytes) => multicast(bytes, listeners)),
);

/** How late events are heard while there is room for as many again, and where there are few. */
export const thynapseLatency: readonly BenchEntry[] = [
  latency('half', { share: 0.5 }, 'half as many events a second as could be'),
  latency('20k', { eventsPerSecond: 20_000 }, '20,000 events a second'),
];

interface Load extends Pace {
  readonly bytes: number;
  readonly listeners: number;
}

function multicast(bytes: number, listeners: number): BenchEntry {
  const load = { bytes, listeners };
  return {
    name: `thynapse/multicast-1-to-${listeners}-${bytes}`,
    question: `how many events of ${bytes} bytes a second from one process does ${listeners === 1 ? 'one other' : `each of ${listeners} others`} hear?`,
    unit: 'events',
    aims: [{ figure: 'rate', of: ours, against: nats, ratio: bytes === 16 ? 0.7 : 1 }],
    prepare: async () => [
      await orSkipped(ours, 'ours', () => startThynapse(load, false)),
      await orSkipped(`${ours}, bytes`, 'ours', () => startThynapse(load, true)),
      await orSkipped(nats, 'peer', () => startNats(load, false)),
      await orSkipped(`${nats}, texts in JSON`, 'peer', () => startNats(load, true)),
      await orSkipped('bare PUB and SUB, a message each', 'limit', () => startZeromq(load)),
    ],
  };
}

function latency(name: string, pace: Pace, rate: string): BenchEntry {
  const load = { bytes: 256, listeners: 1, ...pace };
  return {
    name: `thynapse/latency-${name}`,
    question: `how long after it was due does another process hear an event of 256 bytes, with ${rate}?`,
    unit: 'events',
    aims: [{ figure: 'p99', of: ours, against: nats, ratio: 1 } satisfies Aim],
    isRateGiven: true,
    warmUpSeconds,
    prepare: async () => [
      await orSkipped(ours, 'ours', () => startThynapse(load, false)),
      await orSkipped(nats, 'peer', () => startNats(load, false)),
    ],
  };
}

type Ready = Omit<Contender, 'name' | 'role'>;

async function startThynapse(load: Load, isBytes: boolean): Promise<Ready> {
  const server = await startTransmitter();
  const options = { ...load, url: server.addresses[0] ?? '', isBytes };
  const processes = await startProcesses('thynapse', options);
  return toContender(load, processes, { server: server.usage }, {}, () => server.stop());
}

async function startNats(load: Load, isJson: boolean): Promise<Ready> {
  await installPeers();
  const server = await startNatsServer();
  const processes = await startProcesses('nats', { ...load, url: server.url, isJson });
  const versions = { ...server.versions, nats: peerVersion('nats') };
  return toContender(load, processes, { server: server.usage }, versions, () => server.stop());
}

async function startZeromq(load: Load): Promise<Ready> {
  const freeAddress = async (): Promise<string> => `tcp://127.0.0.1:${await freePort()}`;
  const addresses = { pub: await freeAddress(), reports: await freeAddress() };
  const processes = await startProcesses('zeromq', { ...load, ...addresses });
  return toContender(load, processes, {}, { zeromq: packageVersion('zeromq') }, () => Promise.resolve());
}

interface Processes {
  readonly listeners: readonly BenchProcess[];
  readonly publisher: BenchProcess;
}

async function startProcesses(system: string, options: Load & Readonly<Record<string, unknown>>): Promise<Processes> {
  const isStamped = isPaced(options);
  const indices = Array.from({ length: options.listeners }, (_, index) => index);
  const listeners = await Promise.all(
    indices.map((index) => BenchProcess.start(`${system}-listener`, { ...options, index, isStamped })),
  );
  return { listeners, publisher: await BenchProcess.start(`${system}-publisher`, options) };
}

function toContender(
  load: Load,
  { listeners, publisher }: Processes,
  server: { readonly server?: ProcessUsage },
  versions: Versions,
  onClose: () => Promise<void>,
): Ready {
  const [listener] = listeners;
  return loadContender({
    servers: listeners,
    load: publisher,
    versions,
    cpuOf: {
      publisher: [publisher.usage],
      ...(server.server && { server: [server.server] }),
      listeners: listeners.map(({ usage }) => usage),
    },
    ...(isPaced(load) && listener && { latenciesOf: listener }),
    onClose,
  });
}

function isPaced({ share, eventsPerSecond }: Pace): boolean {
  return share !== undefined || eventsPerSecond !== undefined;
}
