import { join } from 'node:path';
import { BenchProcess } from './bench-process.js';
import { sendLong } from './bulk-store.js';
import { startServer, type ChildServer } from './child-server.js';
import type { Sample } from './entry.js';
import type { FusionReaderOptions } from './processes/fusion-reader.js';

const script = join(import.meta.dirname, '../../../apps/fusion/bin/fusion.js');
const flags = ['--rest', '127.0.0.1:0', '--ws', '127.0.0.1:0', '--bulk', '127.0.0.1:0', '--bulk-max', '1gb'];

/** How long is read before it counts. */
const warmUpMs = 1000;

/**
 * Sends a new server of Fusion one STORE of so many keys and values, as a frame, of which the key is indexed, while another
 * process reads points: latencies are those of the reads. The message is made and masked before.
 */
export async function ingestKeyValues(frame: readonly Buffer[], count: number): Promise<Sample> {
  const server = await startServer(script, [...flags, '--log-level', 'error']);
  try {
    return await storeAndRead(server, frame, count);
  } finally {
    await server.stop();
  }
}

async function storeAndRead(server: ChildServer, frame: readonly Buffer[], count: number): Promise<Sample> {
  const [rest = '', ws = '', bulk = ''] = server.addresses;
  const ask = async (query: object): Promise<unknown> =>
    (await fetch(rest, { method: 'POST', body: JSON.stringify(query) })).json();
  await ask({ CREATE_CLASSES: { kv: { k: { _type: 'string', _index: true }, v: 'string' } } });
  const { STORE_RSP } = (await ask({ STORE: { _class: 'kv', _objects: [{ k: 'one', v: 'there before' }] } })) as {
    STORE_RSP: { kv: { _oid: string } }[];
  };
  // Not in this process, which has its hands full with what it sends and is sent.
  const options: FusionReaderOptions = { url: ws, className: 'kv', oid: STORE_RSP[0]?.kv._oid ?? '' };
  const reader = await BenchProcess.start('fusion-reader', options);
  // Both sides are as warm as those of a server that has run for a while.
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  await reader.measure(0);
  const cpuBefore = server.usage.cpuSeconds();
  const times = await sendLong(bulk, frame);
  const cpuSeconds = server.usage.cpuSeconds() - cpuBefore;
  const { latencyUs } = await reader.measure(0);
  await reader.stop();
  const counted = JSON.stringify(await ask({ COUNT: { kv: {} } }));
  if (!counted.includes(`"_cnt":${count + 1}}`)) throw new Error(`${counted} after ${times.start}`);
  return {
    operations: count,
    seconds: times.all,
    cpuSeconds,
    ...(latencyUs && { latencyUs }),
    figures: {
      'first byte s': times.firstByte,
      'JSON MB': (frame[1]?.length ?? 0) / 1e6,
      'peak RSS MB': server.usage.peakRssBytes() / 1e6,
    },
  };
}
