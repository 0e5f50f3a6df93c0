import { InvalidArgumentError } from '@syncytium/kit';

/** What one Netsync accepts. */
export interface NetsyncLimits {
  /** Most requests that wait at once. */
  readonly pendingMax: number;
  /** Most requests that wait at once on one event. */
  readonly pendingPerEventMax: number;
  /** Most mates a request may ask for. */
  readonly matesMax: number;
  /** Longest event and actor, in UTF-16 units. */
  readonly nameLengthMax: number;
  /** Longest selector, and longest list of labels, in UTF-16 units. */
  readonly selectorLengthMax: number;
  /** Longest payload in bytes of UTF-8. */
  readonly payloadBytesMax: number;
  /** Most answers kept for who asks again with an idempotency id. */
  readonly keptAnswersMax: number;
  /** Most text in the payloads of kept answers, in UTF-16 units. What members of one group share counts for each. */
  readonly keptPayloadMax: number;
  /** How long an answer is kept, in milliseconds. */
  readonly keptAnswersMs: number;
}

export const defaultNetsyncLimits: NetsyncLimits = {
  pendingMax: 100_000,
  pendingPerEventMax: 100_000,
  matesMax: 10_000,
  nameLengthMax: 256,
  selectorLengthMax: 4096,
  payloadBytesMax: 64 * 1024,
  keptAnswersMax: 10_000,
  keptPayloadMax: 64 * 1024 * 1024,
  keptAnswersMs: 60_000,
};

/** The defaults with `given` in place; throws {@link InvalidArgumentError} for what is no whole number of at least 1. */
export function netsyncLimits(given: Partial<NetsyncLimits> = {}): NetsyncLimits {
  const limits = { ...defaultNetsyncLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new InvalidArgumentError(`limits.${name}`, `must be a whole number of at least 1, got ${value}`);
  }
  return limits;
}
