import { AbortedError, WaitTable, type Log } from '@syncytium/kit';
import type { CommandContext, ConfigOf } from '@syncytium/program';
import { register, type Cell } from '@syncytium/thynapse';
import { cellCurve } from './curve.js';
import type { cellOptions } from './settings.js';
import { tellWaits } from './tell-waits.js';

export type CellConfig = ConfigOf<typeof cellOptions>;

export interface CellUse {
  readonly service: string;
  readonly capacity?: number;
  /**
   * Whether it ends of its own accord, and what comes of it is what counts: then it logs only what goes wrong, and an
   * interrupt leaves it undone. Else it goes on until the user's Ctrl-C, which is its good end.
   */
  readonly isOnce: boolean;
  readonly use: (cell: Cell) => Promise<void>;
}

/**
 * Runs a command that is a cell: joins, works, leaves. Whatever it waits for longer than a moment it tells. Resolves with
 * the exit code; throws `AbortedError` where the user interrupted what was to be done once.
 */
export async function withCell(
  { transmitter, timeout, ...keys }: CellConfig,
  { log, clock, prng, signal, hurry }: CommandContext,
  { service, capacity, isOnce, use }: CellUse,
): Promise<number> {
  const curve = cellCurve(keys);
  const waits = new WaitTable({ system: 'thynapse', clock });
  const stopTelling = tellWaits(waits, { log, clock });
  try {
    const cell = await register(service, transmitter, {
      timeout,
      ...(curve && { curve }),
      signal,
      log: isOnce ? withoutInfo(log) : log,
      clock,
      prng,
      waits,
      ...(capacity !== undefined && { capacity }),
      onError: (error) => log.error(error.message),
    });
    try {
      await use(cell);
    } finally {
      await cell.close({ ...(hurry && { signal: hurry }) });
    }
  } catch (error) {
    if (isOnce || !(error instanceof AbortedError && signal.aborted)) throw error;
  } finally {
    stopTelling();
  }
  return 0;
}

/** Resolves when the user has had enough. */
export function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function withoutInfo(log: Log): Log {
  return {
    debug: (message, fields) => log.debug(message, fields),
    info: (message, fields) => log.debug(message, fields),
    warn: (message, fields) => log.warn(message, fields),
    error: (message, fields) => log.error(message, fields),
    child: (fields) => withoutInfo(log.child(fields)),
  };
}
