import { randomFillSync } from 'node:crypto';
import { closedLoop } from './closed-loop.js';
import type { Sample } from './entry.js';

export interface PayloadOptions {
  readonly url: string;
  readonly bytes: number;
}

/** Sends a payload again and again; `send` resolves with how many bytes have arrived. The operations are megabytes. */
export async function sendPayloads(
  bytes: number,
  seconds: number,
  send: (payload: Buffer) => Promise<number>,
): Promise<Sample> {
  const payload = randomFillSync(Buffer.allocUnsafe(bytes));
  const sample = await closedLoop(seconds, async () => {
    const arrived = await send(payload);
    if (arrived !== bytes) throw new Error(`${arrived} of ${bytes} bytes arrived`);
  });
  return { operations: (sample.operations * bytes) / 1e6, seconds: sample.seconds };
}
