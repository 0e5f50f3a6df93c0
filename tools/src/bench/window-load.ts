import type { Sample } from './entry.js';
import type { ChildServer } from './child-server.js';
import { Latencies } from './latencies.js';
import { RawWs, textFrame } from './raw-ws.js';

export interface WindowLoad {
  readonly url: string;
  /** Every message, which is the same, and the text that each answer has to contain. */
  readonly message: string;
  readonly answer: string;
  readonly connections: number;
  /** Messages that each connection has unanswered all the time. */
  readonly inFlight: number;
}

/** Sends the same message over WebSockets, so many at a time on each; answers come in order. */
export async function loadWindow(server: ChildServer, load: WindowLoad, seconds: number): Promise<Sample> {
  const latencies = new Latencies();
  const frame = textFrame(load.message);
  let operations = 0;
  let isOver = false;
  let failure: string | undefined;

  const open = async (): Promise<RawWs> => {
    let sentAt: number[] = [];
    let answered = 0;
    const send = (count: number): void => {
      const now = performance.now();
      for (let i = 0; i < count; i++) sentAt.push(now);
      ws.write(count === 1 ? frame : Buffer.concat(Array.from({ length: count }, () => frame)));
    };
    const ws = await RawWs.open(load.url, (texts) => {
      const now = performance.now();
      for (const text of texts) {
        if (!text.includes(load.answer)) failure ??= text;
        latencies.record(now - (sentAt[answered++] ?? NaN));
      }
      operations += texts.length;
      if (answered > 10_000) {
        sentAt = sentAt.slice(answered);
        answered = 0;
      }
      if (!isOver && texts.length > 0) send(texts.length);
    });
    send(load.inFlight);
    return ws;
  };

  const cpuBefore = server.usage.cpuSeconds();
  const began = performance.now();
  const sockets = await Promise.all(Array.from({ length: load.connections }, open));
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsed = (performance.now() - began) / 1000;
  const cpuSeconds = server.usage.cpuSeconds() - cpuBefore;
  const sample = { operations, seconds: elapsed, cpuSeconds, latencyUs: latencies.percentiles() };
  isOver = true;
  for (const socket of sockets) socket.close();
  if (failure !== undefined) throw new Error(`unexpected answer: ${failure}`);
  return sample;
}
