import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startBenchRedis } from '../bench-redis.js';
import { startServer, type ChildServer } from '../child-server.js';
import { counted, formatCount } from '../counted.js';
import { orSkipped, type BenchEntry, type Contender, type Sample } from '../entry.js';
import { loadWindow } from '../window-load.js';
import { wsUrl } from '../ws-load.js';

const script = join(import.meta.dirname, '../../../../apps/fusion/bin/fusion.js');
const echoScript = join(import.meta.dirname, '../../../src/bench/peers/ws-echo.mjs');
const addresses = ['--rest', '127.0.0.1:0', '--ws', '127.0.0.1:0', '--bulk', '127.0.0.1:0', '--log-level', 'error'];

const inFlight = 64;
const clients = 64;

/** How a load goes: connections, and messages that each has unanswered. */
type Shape = readonly [connections: number, inFlight: number];

/** One client that asks for many objects at once: with a worker thread, and on the thread that serves. */
export const fusionWindow: BenchEntry = {
  name: 'fusion/get-window',
  question: `how many objects a second does one WebSocket get with ${inFlight} GETs under way?`,
  unit: 'GETs',
  aims: [{ figure: 'rate', of: '1 worker', perSecondMin: 300_000 }],
  async prepare() {
    return [
      await fusionGets('1 worker', [1, inFlight], '--threads', '1'),
      await fusionGets('no worker', [1, inFlight], '--threads', '0'),
      await echo('ws echo', [1, inFlight]),
    ];
  },
};

/** Many clients that ask for one object each, against a Redis asked the same way. */
export const fusionClients: BenchEntry = {
  name: 'fusion/get-clients',
  question: `how many objects a second do ${clients} WebSockets get with one GET under way each?`,
  unit: 'GETs',
  aims: [{ figure: 'rate', of: '1 worker', against: 'Redis', ratio: 0.9 }],
  async prepare() {
    return [
      await fusionGets('1 worker', [clients, 1], '--threads', '1'),
      await fusionGets('no worker', [clients, 1], '--threads', '0'),
      await echo('ws echo', [clients, 1]),
      await orSkipped('Redis', 'peer', () => askedRedis(['-t', 'get', '-c', String(clients)], 50_000)),
    ];
  },
};

/** One client that writes one object with each query, against a Redis that is sent as many commands at once. */
export const fusionWrites: BenchEntry = {
  name: 'fusion/writes',
  question: `how many objects a second does one WebSocket write with ${inFlight} queries under way, one object each?`,
  unit: 'writes',
  async prepare() {
    const shape: Shape = [1, inFlight];
    const update = (oid: string): object => ({ UPDATE: { Person: { _oids: [oid], name: 'Bob' } } });
    const store = (): object => ({ STORE: { _class: 'Person', _objects: [{ name: 'Ada' }] } });
    const hset = ['-c', '1', '-P', String(inFlight), '-r', '1000000', 'HSET', 'person:__rand_int__', 'name', 'Ada'];
    return [
      await fusionAsked('STORE, 1 worker', shape, ['--threads', '1'], store, '"_oid"'),
      await fusionAsked('STORE, no worker', shape, ['--threads', '0'], store, '"_oid"'),
      await fusionAsked('UPDATE, 1 worker', shape, ['--threads', '1'], update, '"_cnt":1'),
      await fusionAsked('UPDATE, no worker', shape, ['--threads', '0'], update, '"_cnt":1'),
      await echo('ws echo', shape),
      await orSkipped('Redis, HSET', 'peer', () => askedRedis(hset, 200_000)),
    ];
  },
};

/** One client, one GET at a time: what the hop to a worker costs, asleep and awake. */
export const fusionIdle: BenchEntry = {
  name: 'fusion/get-idle',
  question: 'how long does a lone GET take, and how much of it is the hop to the worker?',
  unit: 'GETs',
  aims: [{ figure: 'p50', of: '1 worker, looking', against: 'ws echo', ratio: 1.5 }],
  async prepare() {
    return [
      await fusionGets('1 worker', [1, 1], '--threads', '1'),
      await fusionGets('1 worker, looking', [1, 1], '--threads', '1', '--poll-window', '10s'),
      await fusionGets('no worker', [1, 1], '--threads', '0'),
      await echo('ws echo', [1, 1]),
    ];
  },
};

function fusionGets(name: string, shape: Shape, ...flags: string[]): Promise<Contender> {
  const get = (oid: string): object => ({ GET: { Person: { _oids: [oid] } } });
  return fusionAsked(name, shape, flags, get, '"name":"Ada"');
}

/** A server with one object that is asked the same query again and again; `answer` is in each response. */
async function fusionAsked(
  name: string,
  shape: Shape,
  flags: readonly string[],
  queryOf: (oid: string) => object,
  answer: string,
): Promise<Contender> {
  const server = await startServer(script, [...addresses, ...flags]);
  const message = JSON.stringify(queryOf(await storePerson(server)));
  const load = { url: server.addresses[1] ?? '', message, answer, ...toLoad(shape) };
  return { name, role: 'ours', run: (seconds) => loadWindow(server, load, seconds), close: () => server.stop() };
}

async function echo(name: string, shape: Shape): Promise<Contender> {
  const server = await startServer(echoScript);
  const message = JSON.stringify({ GET_RSP: { _class: 'Person', _objects: [{ name: 'Ada', _oid: 'x'.repeat(36) }] } });
  const load = { url: wsUrl(server, '/'), message, answer: '"name":"Ada"', ...toLoad(shape) };
  return { name, role: 'limit', run: (seconds) => loadWindow(server, load, seconds), close: () => server.stop() };
}

function toLoad([connections, each]: Shape) {
  return { connections, inFlight: each };
}

/** Makes one object and gives its OID. */
async function storePerson({ addresses: [rest = ''] }: ChildServer): Promise<string> {
  await ask(rest, { CREATE_CLASSES: { Person: { name: 'string' } } });
  const { STORE_RSP } = await ask(rest, { STORE: { _class: 'Person', _objects: [{ name: 'Ada' }] } });
  const [stored] = STORE_RSP as { readonly Person: { readonly _oid: string } }[];
  return stored?.Person._oid ?? '';
}

/** Asks a query over REST. */
async function ask(rest: string, query: object): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(rest, { method: 'POST', body: JSON.stringify(query) });
  return response.status === 204 ? {} : ((await response.json()) as Readonly<Record<string, unknown>>);
}

const scannedCount = 2_000_000;
const batchSize = 20_000;

/** A server with many objects, of which a thousandth are counted by looking at all. */
async function fusionScans(threads: number, shape: Shape): Promise<Contender> {
  const server = await startServer(script, [...addresses, '--rest-max', '8mb', '--threads', String(threads)]);
  const [rest = '', url = ''] = server.addresses;
  await ask(rest, { CREATE_CLASSES: { Person: { city: 'string' } } });
  for (let from = 0; from < scannedCount; from += batchSize) {
    const _objects = Array.from({ length: batchSize }, (_, i) => ({ city: `city${(from + i) % 1000}` }));
    await ask(rest, { STORE: { _class: 'Person', _rsp: 'none', _objects } });
  }
  const message = JSON.stringify({ COUNT: { Person: { city: 'city7' } } });
  const load = { url, message, answer: `"_cnt":${scannedCount / 1000}}`, ...toLoad(shape) };
  return {
    name: counted(threads, 'worker'),
    role: 'ours',
    run: (seconds) => loadWindow(server, load, seconds),
    close: () => server.stop(),
  };
}

/** One worker, and twice as many as long as there are processors for them. */
function workerCounts(): readonly number[] {
  const counts = [1, 2];
  for (let count = 4; count <= availableParallelism(); count *= 2) counts.push(count);
  return counts;
}

function scanEntry(name: string, question: string, shape: Shape): BenchEntry {
  return {
    name: `fusion/scans-${name}`,
    question,
    unit: 'scans',
    async prepare() {
      const contenders: Contender[] = [];
      for (const count of workerCounts()) contenders.push(await fusionScans(count, shape));
      return contenders;
    },
  };
}

/** Counts by a text without an index: one at a time, which idle workers share, and several, of which each has some. */
export const fusionScanScaling: readonly BenchEntry[] = [
  scanEntry('lone', `how long does counting among ${formatCount(scannedCount)} take, alone on the server?`, [1, 1]),
  scanEntry(
    'many',
    `how many counts among ${formatCount(scannedCount)} a second does a server of so many workers give?`,
    [8, 1],
  ),
];

/** A Redis under the load of redis-benchmark, with about so many commands a second to go through. */
async function askedRedis(args: readonly string[], perSecond: number) {
  const redis = await startBenchRedis();
  const run = async (seconds: number): Promise<Sample> => {
    const { port } = new URL(redis.url);
    const count = Math.round(seconds * perSecond);
    const began = performance.now();
    const cpuBefore = redis.usage.cpuSeconds();
    await promisify(execFile)('redis-benchmark', ['-p', port, '-n', String(count), '-q', ...args]);
    return {
      operations: count,
      seconds: (performance.now() - began) / 1000,
      cpuSeconds: redis.usage.cpuSeconds() - cpuBefore,
    };
  };
  return { versions: redis.versions, run, close: () => redis.stop() };
}
