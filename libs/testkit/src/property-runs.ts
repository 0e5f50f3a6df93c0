import { runSettings, scaledRuns, type RunSettings } from './run-settings.js';

/** The part of fast-check's parameters that decides which cases are tried. */
export interface PropertyRuns {
  readonly seed: number;
  readonly numRuns: number;
}

/** The seed of a property that was given none: the same cases on every machine, more of them in a deep run. */
const defaultSeed = 1;

/**
 * fast-check parameters that obey the environment: `SYNCYTIUM_RUNS` multiplies the number of cases, `SYNCYTIUM_SEED`
 * replaces the seed (and keeps the number of cases, since a property's seed stands for a whole sequence of cases).
 *
 * @example `fc.assert(fc.property(...), propertyRuns(200))`
 */
export function propertyRuns(defaultRuns = 100, settings: RunSettings = runSettings()): PropertyRuns {
  return {
    // fast-check works with 32-bit seeds.
    seed: (settings.seed ?? defaultSeed) | 0,
    numRuns: scaledRuns(defaultRuns, { ...settings, seed: undefined }),
  };
}
