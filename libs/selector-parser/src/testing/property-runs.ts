/**
 * fast-check parameters that obey the environment as everywhere in the workspace: `SYNCYTIUM_RUNS` multiplies the number
 * of cases, `SYNCYTIUM_SEED` chooses them. The testkit has the same; this package depends on nothing, tests included.
 */
export function propertyRuns(defaultRuns: number): { readonly numRuns: number; readonly seed: number } {
  const { SYNCYTIUM_RUNS, SYNCYTIUM_SEED } = process.env;
  return { numRuns: Math.ceil(defaultRuns * Number(SYNCYTIUM_RUNS || 1)), seed: Number(SYNCYTIUM_SEED || 1) | 0 };
}
