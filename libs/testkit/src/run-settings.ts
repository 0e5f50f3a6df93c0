import { InvalidArgumentError } from '@syncytium/kit';

/** The environment variables a test run obeys; `process.env` has this shape. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How much to run, and what, as the environment says. */
export interface RunSettings {
  /** The one seed to run, from `SYNCYTIUM_SEED` (a safe integer); `undefined` runs the usual ones. */
  readonly seed: number | undefined;
  /** What default run counts are multiplied by, from `SYNCYTIUM_RUNS` (more than 0, at most 1,000,000); 1 unless told. */
  readonly factor: number;
  /** Shows only trace lines with this text when a run fails, from `SYNCYTIUM_TRACE`; the last ones unless told. */
  readonly trace?: string;
}

/**
 * Reads `SYNCYTIUM_SEED`, `SYNCYTIUM_RUNS` and `SYNCYTIUM_TRACE`. Throws {@link InvalidArgumentError} for a value that is none: a typing
 * error must not silently test something else.
 *
 * @see docs/spec/testkit.md
 */
export function runSettings(env: Environment = process.env): RunSettings {
  const seed = numberFrom(env, 'SYNCYTIUM_SEED');
  if (seed !== undefined && !Number.isSafeInteger(seed))
    throw new InvalidArgumentError('SYNCYTIUM_SEED', `must be a whole number, got ${env['SYNCYTIUM_SEED']}`);
  const factor = numberFrom(env, 'SYNCYTIUM_RUNS') ?? 1;
  if (!(factor > 0 && factor <= 1_000_000))
    throw new InvalidArgumentError(
      'SYNCYTIUM_RUNS',
      `must be a factor above 0 and at most 1000000, got ${env['SYNCYTIUM_RUNS']}`,
    );
  const trace = env['SYNCYTIUM_TRACE'];
  return { seed, factor, ...(trace !== undefined && trace !== '' && { trace }) };
}

/** `defaultRuns` times the factor, rounded, at least 1; exactly 1 where one seed is replayed. */
export function scaledRuns(defaultRuns: number, { seed, factor }: RunSettings = runSettings()): number {
  return seed === undefined ? Math.max(1, Math.round(defaultRuns * factor)) : 1;
}

/** A test's time limit in milliseconds, grown with the number of runs but never below `defaultMs`. */
export function scaledTimeoutMs(defaultMs: number, { factor }: RunSettings = runSettings()): number {
  return Math.min(2 ** 31 - 1, Math.ceil(defaultMs * Math.max(1, factor)));
}

function numberFrom(env: Environment, name: string): number | undefined {
  const text = env[name]?.trim();
  return text === undefined || text === '' ? undefined : Number(text);
}
