import { AbortedError } from '@syncytium/kit';
import type { CommandContext, ConfigOf } from '@syncytium/program';
import { register, type Cell } from '@syncytium/thynapse';
import { cellCurve } from './curve.js';
import type { cellOptions } from './settings.js';

export type CellConfig = ConfigOf<typeof cellOptions>;

export interface CellUse {
  readonly service: string;
  readonly capacity?: number;
  readonly use: (cell: Cell) => Promise<void>;
}

/** Runs a command that is a cell: joins, works, leaves. The user's Ctrl-C is a good end; resolves with the exit code. */
export async function withCell(
  { transmitter, timeout, ...keys }: CellConfig,
  { log, clock, prng, signal }: CommandContext,
  { service, capacity, use }: CellUse,
): Promise<number> {
  const curve = cellCurve(keys);
  try {
    await using cell = await register(service, transmitter, {
      timeout,
      ...(curve && { curve }),
      signal,
      log,
      clock,
      prng,
      ...(capacity !== undefined && { capacity }),
      onError: (error) => log.error(error.message),
    });
    await use(cell);
  } catch (error) {
    if (!(error instanceof AbortedError && signal.aborted)) throw error;
  }
  return 0;
}

/** Resolves when the user has had enough. */
export function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
