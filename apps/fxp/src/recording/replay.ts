import { decodeItem, FxpRemoteError, FxpSessionEndedError, type Exchange, type Session } from '@syncytium/fxp';
import { pause, throwIfAborted, type Clock } from '@syncytium/kit';
import { findDifferences, type Difference } from './find-differences.js';
import type { RecordedEvent } from './recording-line.js';
import { describeError } from './session-tap.js';

export interface ReplayOptions {
  readonly clock: Clock;
  /** How far numbers may be apart. */
  readonly tolerance: number;
  /** Stops after so many differences. */
  readonly differencesMax: number;
  /** Inputs are said at the times of the recording, not as soon as they can be. */
  readonly isRealtime: boolean;
  /** Items that are no JSON are MessagePack, not mere bytes. */
  readonly isMsgpack: boolean;
  readonly signal: AbortSignal;
  /** Told of each difference. */
  readonly onDifference: (output: number, difference: Difference) => void;
}

/** What came of a replay. */
export interface ReplayResult {
  readonly inputs: number;
  /** Outputs that were compared. */
  readonly outputs: number;
  readonly differences: number;
}

/**
 * Plays the requestor of a recording: says its inputs, each as soon as all the outputs before it have come, and compares
 * every output with the recorded one. The outputs' order is part of what is compared.
 */
export async function replay(
  session: Session<'raw'>,
  events: AsyncIterable<RecordedEvent>,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const { clock, signal, differencesMax, onDifference } = options;
  const began = clock.now();
  let [inputs, outputs, differences] = [0, 0, 0];
  const tell = (found: readonly Difference[]): void => {
    differences += found.length;
    for (const difference of found) onDifference(outputs, difference);
  };
  for await (const { ms, from, deed } of events) {
    throwIfAborted(signal, 'replay');
    if (differences >= differencesMax) break;
    if (from === 'requestor') {
      if (options.isRealtime) await pause(clock, began + ms - clock.now(), signal);
      if (deed.kind === 'item') {
        inputs++;
        await session.push(deed.bytes);
      } else await session.end();
    } else if (deed.kind === 'item') {
      outputs++;
      const actual = await outcomeOf(session, signal);
      const expected = valueOf(deed.bytes, options);
      const max = differencesMax - differences;
      if (actual instanceof Uint8Array) tell(findDifferences(expected, valueOf(actual, options), { ...options, max }));
      else {
        tell([{ path: '$', expected, actual }]);
        break;
      }
    } else if (session.mode === 'plain') {
      // It has no word for its end, nor for an error.
      break;
    } else {
      const expected = deed.kind === 'end' ? 'the end of the session' : describeError(deed.error);
      const actual = await outcomeOf(session, signal);
      const isSame = actual === expected;
      if (!isSame) outputs++;
      if (!isSame)
        tell([{ path: '$', expected, actual: actual instanceof Uint8Array ? valueOf(actual, options) : actual }]);
      break;
    }
  }
  return { inputs, outputs, differences };
}

/** The next output, or in words how the session ended instead. */
async function outcomeOf(session: Exchange<'raw'>, signal: AbortSignal): Promise<Uint8Array | string> {
  try {
    return await session.pop({ signal });
  } catch (error) {
    if (error instanceof FxpRemoteError) return describeError(error.remote);
    if (error instanceof FxpSessionEndedError) return 'the end of the session';
    throw error;
  }
}

/** JSON where it is some; otherwise MessagePack, if it is to be, or bytes in base64. */
function valueOf(bytes: Uint8Array, { isMsgpack }: Pick<ReplayOptions, 'isMsgpack'>): unknown {
  if (isMsgpack) return decodeItem('msgpack', bytes, 'the recording');
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as unknown;
  } catch {
    return Buffer.from(bytes).toString('base64');
  }
}
