import type { Sample } from '../entry.js';
import { Latencies } from '../latencies.js';
import { hostProcess, type MeasureRound } from '../process-host.js';
import { RawWs, textFrame } from '../raw-ws.js';

export interface FusionReaderOptions {
  /** The WebSocket of a server, and an object that is there. */
  readonly url: string;
  readonly className: string;
  readonly oid: string;
}

/** One point read is asked for in this time, whatever becomes of those before. */
const readEveryMs = 2;

/** GETs of one object at fixed times all the time, each timed from when it was due; a round is what was since the last. */
async function prepare({ url, className, oid }: FusionReaderOptions): Promise<MeasureRound> {
  const query = `{"GET":{"${className}":{"_oids":["${oid}"]}}}`;
  const due: number[] = [];
  let latencies = new Latencies();
  let operations = 0;
  const socket = await RawWs.open(url, (texts) => {
    for (const text of texts) {
      if (!text.includes(oid)) throw new Error(`unexpected answer: ${text}`);
      latencies.record(performance.now() - (due.shift() ?? NaN));
      operations++;
    }
  });
  let next = performance.now();
  setInterval(() => {
    for (; next <= performance.now(); next += readEveryMs) {
      due.push(next);
      socket.write(textFrame(query));
    }
  }, 1);
  let began = performance.now();
  return () => {
    const seconds = (performance.now() - began) / 1000;
    const sample: Sample = { operations, seconds, latencyUs: latencies.percentiles() };
    latencies = new Latencies();
    operations = 0;
    began = performance.now();
    return Promise.resolve(sample);
  };
}

hostProcess(prepare);
