import { installPeers, peerVersion } from '../bench-peers.js';
import { BenchProcess } from '../bench-process.js';
import { startBenchRedis } from '../bench-redis.js';
import { orSkipped, type BenchEntry, type Contender, type SkippedContender } from '../entry.js';
import type { FxpMode } from '../fxp-mode.js';
import { loadContender } from '../load-contender.js';
import type { CallsOptions } from '../measure-calls.js';
import { startNatsServer } from '../nats-server.js';

/** Work at once in what has to be told so. */
const concurrency = 16;
const callsPerSecond = 500;

/** Who else gives a task to another process and waits for the result. */
export const fxpPeers: BenchEntry = {
  name: 'fxp/peers',
  question: 'how long does a request with 100 bytes of JSON and its result take beside others, one at a time?',
  unit: 'calls',
  prepare: () => prepare({}),
};

export const fxpPeersLoad: BenchEntry = {
  name: 'fxp/peers-load',
  question: `how long do they take when ${callsPerSecond} of them begin every second, answered or not?`,
  unit: 'calls',
  isRateGiven: true,
  prepare: () => prepare({ callsPerSecond }),
};

type Ready = Omit<Contender, 'name' | 'role'>;

async function prepare(calls: CallsOptions): Promise<(Contender | SkippedContender)[]> {
  return [
    await orSkipped('FXP call', 'ours', () => fxp('extended', calls)),
    await orSkipped('FXP call, acknowledged', 'ours', () => fxp('acknowledged', calls)),
    await orSkipped('BullMQ job and result', 'peer', () => bullMq(calls)),
    await orSkipped('NATS request and reply', 'peer', () => nats(calls)),
  ];
}

async function fxp(mode: FxpMode, calls: CallsOptions): Promise<Ready> {
  const redis = await startBenchRedis();
  const { url, versions } = redis;
  const sessions = calls.callsPerSecond === undefined ? 1 : concurrency;
  const options = { url, mode, service: 'echo' };
  return loadContender({
    servers: [await BenchProcess.start('fxp-provider', options)],
    load: await BenchProcess.start('fxp-requestor', { ...options, sessions, ...calls }),
    versions,
    onClose: () => redis.stop(),
  });
}

async function bullMq(calls: CallsOptions): Promise<Ready> {
  await installPeers();
  const redis = await startBenchRedis();
  const { url, versions } = redis;
  return loadContender({
    servers: [await BenchProcess.start('bullmq-worker', { url, concurrency })],
    load: await BenchProcess.start('bullmq-requestor', { url, ...calls }),
    versions: { ...versions, bullmq: peerVersion('bullmq') },
    onClose: () => redis.stop(),
  });
}

async function nats(calls: CallsOptions): Promise<Ready> {
  await installPeers();
  const server = await startNatsServer();
  const { url, versions } = server;
  return loadContender({
    servers: [await BenchProcess.start('nats-responder', { url })],
    load: await BenchProcess.start('nats-requestor', { url, ...calls }),
    versions: { ...versions, nats: peerVersion('nats') },
    onClose: () => server.stop(),
  });
}
