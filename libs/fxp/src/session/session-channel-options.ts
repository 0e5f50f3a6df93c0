import type { Clock, WaitTable } from '@syncytium/kit';
import type { Broker, BrokerConnection } from '@syncytium/transport';
import type { SessionState } from './session-state.js';
import type { SessionTerms } from './session-terms.js';

/** What the carrier of an extended session is made of. */
export interface SessionChannelOptions {
  readonly state: SessionState;
  readonly terms: SessionTerms;
  readonly broker: Broker;
  /** The session's own connection, which it closes. */
  readonly connection: BrokerConnection;
  readonly waits: WaitTable;
  readonly clock: Clock;
  /** Of waits that are given none, in milliseconds. */
  readonly timeoutMs: number;
  readonly onClose: () => void;
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
