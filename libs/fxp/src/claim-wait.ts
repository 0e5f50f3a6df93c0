import { AbortedError, type Clock, type WaitOutcome, type WaitTable } from '@syncytium/kit';
import type { Broker, BrokerConnection } from '@syncytium/transport';
import { takeAttendance, type Attendance } from './attendance.js';
import { parseClaim, type ClaimRecord } from './claim-record.js';
import { describeProviders } from './describe-providers.js';
import { openEnvelope } from './envelope.js';
import { FxpBadItemError, FxpClaimTimeoutError } from './errors.js';
import { claimKeyOf, keyOf, partyOf, type SessionName } from './protocol.js';

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

/** A session that nobody has claimed is published again after so long: a provider may have room for it by then. */
const republishMsMax = 1000;
const republishesPerTimeout = 5;

/**
 * Resolves with the claim of the provider that serves a session, which has been published. Throws
 * {@link FxpClaimTimeoutError} naming every provider and its state, `AbortedError`, `BrokerError`.
 */
export async function awaitClaim(options: ClaimWaitOptions): Promise<ClaimRecord> {
  const { broker, clock, waits, name, timeoutMs, attendance } = options;
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
  const stopPublishing = publishAgain(options);
  let outcome: WaitOutcome = 'failed';
  try {
    const claim = await popClaim(options, until);
    outcome = claim ? 'done' : 'timeout';
    if (claim) return claim;
  } catch (error) {
    if (error instanceof AbortedError) outcome = 'cancelled';
    throw error;
  } finally {
    stopPublishing();
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

/** Publishes the session again and again, until told to stop. */
function publishAgain({ broker, clock, name, opening, timeoutMs }: ClaimWaitOptions): () => void {
  const intervalMs = timeoutMs === 0 ? republishMsMax : Math.min(timeoutMs / republishesPerTimeout, republishMsMax);
  /** The claim whose holder was not there the last time. */
  let doubted: string | undefined;
  let isStopped = false;

  const again = async (): Promise<void> => {
    const [attendance, bytes] = await Promise.all([takeAttendance(broker, name.service), broker.get(claimKeyOf(name))]);
    if (isStopped) return;
    const holder = bytes && parseClaim(bytes);
    if (holder && isPresent(attendance, holder)) {
      doubted = undefined;
      // Whoever claimed this opening is about to say so.
      if (holder.opening === opening) return;
    } else if (holder) {
      // It died with the claim. Seen twice, since a connection that is being made anew looks the same.
      const isGone = doubted === holder.claim;
      doubted = holder.claim;
      if (!isGone) return;
      await broker.del(claimKeyOf(name));
    }
    if (!isStopped) await broker.publish(name.service, name.id);
  };

  const schedule = () =>
    clock.setTimer(intervalMs, () => {
      // Of a broker that cannot be reached, the waiting pop tells.
      void again()
        .catch(() => undefined)
        .finally(() => {
          if (!isStopped) timer = schedule();
        });
    });
  let timer = schedule();
  return () => {
    isStopped = true;
    timer.cancel();
  };
}

/** Whether a claim's provider is there, taking sessions or finishing them. */
export function isPresent({ taking, draining }: Attendance, { instance }: ClaimRecord): boolean {
  return [...taking, ...draining].some((presence) => presence.instance === instance);
}
