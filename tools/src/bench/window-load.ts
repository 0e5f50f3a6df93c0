import { cpuUsage } from 'node:process';
import type { Sample } from './entry.js';
import type { ChildServer } from './child-server.js';
import { Latencies } from './latencies.js';
import { RawWs, textFrame } from './raw-ws.js';

export interface WindowLoad {
  readonly url: string;
  /** Every message, which is the same, and the text that its answer, which is the same each time, has to contain. */
  readonly message: string;
  readonly answer: string;
  readonly connections: number;
  /** Messages that each connection has unanswered all the time. */
  readonly inFlight: number;
}

/**
 * Sends the same message over WebSockets, so many at a time on each. Answers are only counted, so that what is measured is
 * the server: how much of a processor the client took is told. How long answers took is told where there is one at a time.
 */
export async function loadWindow(server: ChildServer, load: WindowLoad, seconds: number): Promise<Sample> {
  const isAlone = load.connections === 1 && load.inFlight === 1;
  const latencies = new Latencies();
  const frame = textFrame(load.message);
  const frames = Buffer.concat(Array.from({ length: load.inFlight }, () => frame));
  let operations = 0;
  let sentAt = 0;
  let isOver = false;

  const open = async (): Promise<RawWs> => {
    const send = (count: number): void => {
      if (isAlone) sentAt = performance.now();
      ws.write(count === load.inFlight ? frames : frames.subarray(0, count * frame.length));
    };
    const ws = await RawWs.openCounting(load.url, load.answer, (count) => {
      if (isAlone) latencies.record(performance.now() - sentAt);
      operations += count;
      if (!isOver) send(count);
    });
    send(load.inFlight);
    return ws;
  };

  const sockets = await Promise.all(Array.from({ length: load.connections }, open));
  const operationsBefore = operations;
  const cpuBefore = server.usage.cpuSeconds();
  const ownCpuBefore = cpuUsage();
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsed = (performance.now() - began) / 1000;
  const { user, system } = cpuUsage(ownCpuBefore);
  const sample: Sample = {
    operations: operations - operationsBefore,
    seconds: elapsed,
    cpuSeconds: server.usage.cpuSeconds() - cpuBefore,
    ...(isAlone && { latencyUs: latencies.percentiles() }),
    figures: { 'client CPU %': (user + system) / elapsed / 1e4 },
  };
  isOver = true;
  for (const socket of sockets) socket.close();
  return sample;
}
