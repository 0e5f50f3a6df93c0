import type { SessionLineOptions } from './session-line.js';
import type { SessionTerms } from './session-terms.js';

/** What the carrier of an extended session is made of. */
export interface SessionChannelOptions extends SessionLineOptions {
  readonly terms: SessionTerms;
  /** How many inputs a provider pops ahead of its service function, at most and where there are so many (64 unless told). */
  readonly prefetch?: number | undefined;
  /** Whether the stack of what a service function throws travels with it (not unless told). */
  readonly exposeStacks?: boolean | undefined;
  /** Largest payload that travels in one piece, in bytes (64 MiB unless told). */
  readonly partBytesMax?: number | undefined;
  /** Switches of tests that want to see that something missing is noticed. */
  readonly faults?: SessionFaults | undefined;
}

/** What a test can take away from a session. */
export interface SessionFaults {
  readonly keepDuplicates?: boolean;
  readonly noPutBack?: boolean;
  readonly noResend?: boolean;
}
