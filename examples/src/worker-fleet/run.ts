import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { register } from '@syncytium/thynapse';
import type { Print } from '../example.js';
import { startServers } from '../servers.js';

const frames = 40;
const script = fileURLToPath(new URL('worker.js', import.meta.url));

interface Rendered {
  readonly frame: number;
  readonly worker: string;
  readonly attempt: number;
}

/** Frames of a film are rendered by processes of which one dies at its work: no frame is lost, none answered twice. */
export async function workerFleet(print: Print): Promise<void> {
  await using servers = await startServers('thynapse');
  const address = servers.at('thynapse');
  const workers = await Promise.all(['anna', 'ben', 'cleo', 'dan'].map((name) => startWorker(name, address)));

  const film = await register('film', address);
  const asked = Array.from({ length: frames }, (_, frame) =>
    film.request('film::frame', { frame }, { timeout: '30s' }),
  );
  const rendered = (await Promise.all(asked)) as Rendered[];
  await film.close();

  const dead = workers.filter(({ signalCode }) => signalCode === 'SIGKILL');
  print(`${frames} frames asked for, ${new Set(rendered.map(({ frame }) => frame)).size} rendered`);
  for (const { frame, attempt } of rendered.filter(({ attempt }) => attempt > 1))
    print(`frame ${frame} was rendered at attempt ${attempt}, since it killed the worker that had it first`);
  print(`${dead.length} of ${workers.length} workers died`);
  await Promise.all(workers.filter((worker) => !dead.includes(worker)).map(stop));
}

async function startWorker(name: string, address: string): Promise<ChildProcess> {
  const worker = fork(script, [name, address]);
  await once(worker, 'message');
  return worker;
}

async function stop(worker: ChildProcess): Promise<void> {
  worker.send('stop');
  await once(worker, 'exit');
}
