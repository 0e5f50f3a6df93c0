import { join } from 'node:path';
import { BenchProcess } from '../bench-process.js';
import { installPeers, peerVersion } from '../bench-peers.js';
import { startServer } from '../child-server.js';
import { orSkipped, type BenchEntry, type Contender } from '../entry.js';
import { loadContender } from '../load-contender.js';
import { startNatsServer } from '../nats-server.js';

const script = join(import.meta.dirname, '../../../../apps/thynapse/bin/thynapse.js');

const ours = 'Thynapse';
const nats = 'NATS core';

/** Events from one process to others through a server, in each size that the aims name. */
export const thynapseMulticast: readonly BenchEntry[] = [1, 4].flatMap((listeners) =>
  [16, 256, 4096].map((bytes) => multicast(bytes, listeners)),
);

function multicast(bytes: number, listeners: number): BenchEntry {
  return {
    name: `thynapse/multicast-1-to-${listeners}-${bytes}`,
    question: `how many events of ${bytes} bytes from one process do ${listeners === 1 ? 'one other' : `${listeners} others`} hear, each of them?`,
    unit: 'events',
    aims: [{ figure: 'rate', of: ours, against: nats, ratio: bytes === 16 ? 0.7 : 1 }],
    prepare: async () => [
      await orSkipped(ours, 'ours', () => startThynapse(bytes, listeners)),
      await orSkipped(nats, 'peer', () => startNats(bytes, listeners)),
    ],
  };
}

type Ready = Omit<Contender, 'name' | 'role'>;

async function startThynapse(bytes: number, listeners: number): Promise<Ready> {
  const server = await startServer(script, ['transmitter', '0', '--http', '127.0.0.1:0', '--log-level', 'error']);
  const url = server.addresses[0] ?? '';
  return loadContender({
    servers: await startListeners('thynapse-listener', url, listeners),
    load: await BenchProcess.start('thynapse-publisher', { url, bytes, listeners }),
    onClose: () => server.stop(),
  });
}

async function startNats(bytes: number, listeners: number): Promise<Ready> {
  await installPeers();
  const server = await startNatsServer();
  const { url, versions } = server;
  return loadContender({
    servers: await startListeners('nats-listener', url, listeners),
    load: await BenchProcess.start('nats-publisher', { url, bytes, listeners }),
    versions: { ...versions, nats: peerVersion('nats') },
    onClose: () => server.stop(),
  });
}

function startListeners(process: string, url: string, count: number): Promise<BenchProcess[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => BenchProcess.start(process, { url, index })));
}
