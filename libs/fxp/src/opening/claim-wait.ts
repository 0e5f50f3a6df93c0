import { AbortedError, type Clock, type WaitOutcome, type WaitTable } from '@syncytium/kit';
import type { Broker, BrokerConnection } from '@syncytium/transport';
import type { Attendance } from '../presence/attendance.js';
import { parseClaim, type ClaimRecord } from '../claims/claim-record.js';
import { describeProviders } from '../presence/describe-providers.js';
import { openEnvelope } from '../wire/envelope.js';
import { FxpBadItemError, FxpClaimTimeoutError } from '../errors.js';
import { keyOf, partyOf, type SessionName } from '../wire/protocol.js';
import { Republisher } from './republisher.js';

export interface ClaimWaitOptions {
  readonly broker: Broker;
  /** The session's own connection. */
  readonly connection: BrokerConnection;
  readonly clock: Clock;
  readonly waits: WaitTable;
  readonly name: SessionName;
  readonly opening: string;
  /** Longest wait in milliseconds; 0 for ever. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Who was there when the session was published. */
  readonly attendance: Attendance;
}

/** A session that nobody has claimed is published again after so long at the most. */
const republishMsMax = 1000;
const republishesPerTimeout = 5;

/**
 * Resolves with the claim of the provider that serves a session, which has been published. Throws
 * {@link FxpClaimTimeoutError} naming every provider and its state, `AbortedError`, `BrokerError`.
 */
export async function awaitClaim(options: ClaimWaitOptions): Promise<ClaimRecord> {
  const { broker, clock, waits, name, opening, timeoutMs, attendance } = options;
  const { service, id } = name;
  const since = clock.now();
  const until = timeoutMs === 0 ? Infinity : since + timeoutMs;
  const subject = {
    who: partyOf('requestor', name),
    what: 'a claim of its session',
    whom: attendance.taking.map(({ provider }) => `provider "${provider}"`),
    details: { service, session: id },
  };
  const wait = waits.open(subject, until);
  const intervalMs = timeoutMs === 0 ? republishMsMax : Math.min(timeoutMs / republishesPerTimeout, republishMsMax);
  const republisher = new Republisher({ broker, clock, name, opening, intervalMs });
  let outcome: WaitOutcome = 'failed';
  try {
    const claim = await popClaim(options, until);
    outcome = claim ? 'done' : 'timeout';
    if (claim) return claim;
  } catch (error) {
    if (error instanceof AbortedError) outcome = 'cancelled';
    throw error;
  } finally {
    republisher.stop();
    wait.close(outcome);
  }
  const providers = await describeProviders(broker, service);
  throw new FxpClaimTimeoutError({ session: name, waitedMs: clock.now() - since, providers });
}

/** The first claim item of this opening; what an earlier session's provider may still push is dropped. */
async function popClaim(
  { connection, clock, name, opening, timeoutMs, signal }: ClaimWaitOptions,
  until: number,
): Promise<ClaimRecord | undefined> {
  const key = keyOf(name, 'provider');
  for (let leftMs = timeoutMs; leftMs > 0 || timeoutMs === 0; leftMs = until - clock.now()) {
    const popped = await connection.brpop(key, {
      ...(timeoutMs > 0 && { timeoutMs: leftMs }),
      ...(signal && { signal }),
    });
    const claim = popped && claimOf(popped.value, key);
    if (!popped || claim?.opening === opening) return claim;
  }
  return undefined;
}

function claimOf(item: Uint8Array, key: string): ClaimRecord | undefined {
  try {
    const { kind, payload } = openEnvelope(item, key);
    return kind === 'claim' ? parseClaim(payload) : undefined;
  } catch (error) {
    if (error instanceof FxpBadItemError) return undefined;
    throw error;
  }
}
