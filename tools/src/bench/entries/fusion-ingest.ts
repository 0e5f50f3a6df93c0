import { once } from 'node:events';
import { connect } from 'node:net';
import { startBenchRedis } from '../bench-redis.js';
import { longFrame } from '../bulk-store.js';
import { formatCount } from '../counted.js';
import { orSkipped, type BenchEntry, type Contender, type Sample } from '../entry.js';
import { ingestKeyValues } from '../ingest-key-values.js';
import { keyOf, keyValueCount, storeOfKeyValues, valueOf } from '../key-values.js';
import { peerVersion } from '../bench-peers.js';
import { openSqlite, sqlitePackage } from '../peer-databases.js';
import { withCpu } from '../with-cpu.js';

/** Many objects with one index from one message, while others read: latencies are those of the reads. */
export const fusionIngest: BenchEntry = {
  name: 'fusion/ingest',
  question: `how long does one STORE of ${formatCount(keyValueCount)} objects with an index take, and point reads meanwhile?`,
  unit: 'objects',
  aims: [
    { figure: 'rate', of: 'fusion', perSecondMin: keyValueCount / 4 },
    { figure: 'p99', of: 'fusion', usMax: 5000 },
  ],
  async prepare() {
    return [
      fusion(),
      { name: 'JSON.parse of the same bytes', role: 'limit', run: () => withCpu(() => Promise.resolve(parse())) },
      await orSkipped('Redis, HSET pipelined, no index', 'peer', redis),
      await orSkipped('better-sqlite3, one transaction', 'peer', sqlite),
    ];
  },
};

function fusion(): Contender {
  const frame = longFrame(storeOfKeyValues(keyValueCount));
  return { name: 'fusion', role: 'ours', run: () => ingestKeyValues(frame, keyValueCount) };
}

function timed(work: () => number): Sample {
  const began = performance.now();
  const operations = work();
  return { operations, seconds: (performance.now() - began) / 1000 };
}

function parse(): Sample {
  const bytes = storeOfKeyValues(keyValueCount);
  return timed(() => {
    const { STORE } = JSON.parse(bytes.toString()) as { STORE: { _objects: unknown[] } };
    return STORE._objects.length;
  });
}

async function sqlite() {
  const open = openSqlite;
  const run = async (): Promise<Sample> => {
    const db = await open();
    db.exec('create table kv (k text, v text); create index kv_k on kv (k)');
    const insert = db.prepare('insert into kv values (?, ?)');
    const insertAll = db.transaction((count: number) => {
      for (let i = 0; i < count; i++) insert.run(keyOf(i), valueOf(i));
    });
    return timed(() => {
      insertAll(keyValueCount);
      return keyValueCount;
    });
  };
  // Whether it is there is known before the first round.
  await open();
  return { versions: { [sqlitePackage]: peerVersion(sqlitePackage) }, run: () => withCpu(run) };
}

/** A hash for each object, written as fast as the socket takes it. */
async function redis() {
  const server = await startBenchRedis();
  const run = async (): Promise<Sample> => {
    const { port, hostname } = new URL(server.url);
    const socket = connect({ port: Number(port), host: hostname });
    await once(socket, 'connect');
    const cpuBefore = server.usage.cpuSeconds();
    const began = performance.now();
    // Each HSET is answered with `:2` or, in a later round, `:0`, in four bytes; FLUSHALL with five.
    let expected = 4 * keyValueCount + '+OK\r\n'.length;
    const answered = new Promise<void>((resolve) => {
      socket.on('data', (data) => {
        expected -= data.length;
        if (expected <= 0) resolve();
      });
    });
    socket.write('*1\r\n$8\r\nFLUSHALL\r\n');
    for (let from = 0; from < keyValueCount; from += 10_000) {
      const commands = Array.from({ length: Math.min(10_000, keyValueCount - from) }, (_, i) => hset(from + i));
      if (!socket.write(commands.join(''))) await once(socket, 'drain');
    }
    await answered;
    socket.destroy();
    return {
      operations: keyValueCount,
      seconds: (performance.now() - began) / 1000,
      cpuSeconds: server.usage.cpuSeconds() - cpuBefore,
    };
  };
  return { versions: server.versions, run, close: () => server.stop() };
}

function hset(i: number): string {
  const words = ['HSET', `kv:${i}`, 'k', keyOf(i), 'v', valueOf(i)];
  return `*6\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}
