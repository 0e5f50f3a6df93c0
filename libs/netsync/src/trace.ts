import type { LabelRecord } from '@syncytium/selector-parser';

/** A request as traces and answers tell it. */
export interface RequestFacts {
  readonly id: string;
  readonly event: string;
  readonly actor: string;
  readonly payload: string;
  readonly mates: number;
  readonly labels: LabelRecord;
  /** In canonical form. */
  readonly selector: string;
  /** How long it has waited, in milliseconds. */
  readonly ageMs: number;
}

/** Why a request left without a sync. */
export type LeaveReason = 'cancelled' | 'timeout' | 'closed';

/** What happens in a Netsync, one after the other. */
export type TraceEntry =
  | { readonly kind: 'arrive'; readonly request: RequestFacts; readonly pending: number }
  /** The newcomer first, then the others from the oldest. */
  | {
      readonly kind: 'match';
      readonly matchId: string;
      readonly requests: readonly RequestFacts[];
      readonly pending: number;
    }
  | { readonly kind: 'leave'; readonly request: RequestFacts; readonly reason: LeaveReason; readonly pending: number };
