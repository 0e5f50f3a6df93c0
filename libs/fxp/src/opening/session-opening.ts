import { InvalidArgumentError, throwIfAborted, randomHex } from '@syncytium/kit';
import type { BrokerConnection } from '@syncytium/transport';
import { isPresent, takeAttendance, type Attendance } from '../presence/attendance.js';
import { parseClaim } from '../claims/claim-record.js';
import { awaitClaim } from './claim-wait.js';
import { deleteLists } from '../session/delete-lists.js';
import { FxpNoProviderError } from '../errors.js';
import { OfferKeeper } from '../claims/offer-keeper.js';
import { encodeOffer, protocolVersion, type OfferRecord } from '../claims/offer-record.js';
import type { Party } from '../party.js';
import { claimKeyOf, claimsKeyOf, inflightKeyOf, keyOf, offerKeyOf, type SessionName } from '../wire/protocol.js';
import type { SessionTerms } from '../session/session-terms.js';
import { negotiate, providerCount } from '../steps.js';

export interface SessionOpeningOptions {
  readonly party: Party;
  /** The session's own connection. */
  readonly connection: BrokerConnection;
  readonly name: SessionName;
  readonly acknowledge: boolean;
  readonly expiryMs: number;
  /** Longest wait for a claim in milliseconds; 0 for ever. */
  readonly claimTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What an opened session goes by. */
export interface SessionOpening {
  readonly keeper: OfferKeeper;
  readonly terms: SessionTerms;
}

/**
 * Opens a session with whoever provides the service: an extended one, claimed by one provider, when all who are there are
 * of our kind; otherwise a plain one, for which it gives `undefined`. Throws {@link FxpNoProviderError},
 * `FxpClaimTimeoutError`, `AbortedError`, `InvalidArgumentError`, `BrokerError`, and leaves nothing behind then.
 */
export async function openSession(options: SessionOpeningOptions): Promise<SessionOpening | undefined> {
  const { party, name, acknowledge, signal } = options;
  const { service } = name;
  // Said now, not when the first item comes.
  if (acknowledge && !party.extensions) throw new InvalidArgumentError('acknowledge', 'needs extensions');
  if (acknowledge) for (const role of ['requestor', 'provider'] as const) inflightKeyOf(keyOf(name, role), '');
  throwIfAborted(signal, 'open');
  const attendance = party.extensions
    ? await takeAttendance(party.broker, service)
    : { taking: [], draining: [], foreign: 0 };
  throwIfAborted(signal, 'open');
  if (attendance.taking.length > 0 && attendance.foreign === 0) return openExtended(options, attendance);
  if (party.extensions && attendance.foreign === 0) throw new FxpNoProviderError(service, drainingOnly(attendance));
  if (acknowledge) throw new FxpNoProviderError(service, 'and acknowledges');
  await openPlain(options);
  return undefined;
}

/** That nobody is there who takes sessions, though somebody is there. */
function drainingOnly({ draining }: Attendance): string {
  return draining.length === 0 ? '' : `(${draining.map(({ provider }) => `${provider} is draining`).join(', ')})`;
}

async function openPlain({ party: { broker }, name }: SessionOpeningOptions): Promise<void> {
  const told = await negotiate(broker, name);
  // Nobody was told; in a cluster, nobody on the node that was asked.
  if (told === 0 && (await providerCount(broker, name.service)) === 0) throw new FxpNoProviderError(name.service);
}

async function openExtended(options: SessionOpeningOptions, attendance: Attendance): Promise<SessionOpening> {
  const { party, connection, name, claimTimeoutMs, signal } = options;
  const { broker, clock, losses, waits, leaseMs } = party;
  const offer = makeOffer(options);
  const askedAt = clock.now();
  await offerSession(options, offer, attendance);
  const keeper = new OfferKeeper({ broker, clock, losses, waits, name, leaseMs, askedAt, offer, claimTimeoutMs });
  keeper.start();
  try {
    await broker.publish(name.service, name.id);
    const { opening } = offer;
    const claim = await awaitClaim({
      broker,
      connection,
      clock,
      waits,
      name,
      opening,
      timeoutMs: claimTimeoutMs,
      signal,
      attendance,
    });
    return { keeper, terms: keeper.termsFor(claim) };
  } catch (error) {
    await keeper.leave(() => deleteLists(broker, name, offer.opening));
    throw error;
  }
}

function makeOffer({ party, acknowledge, expiryMs }: SessionOpeningOptions): OfferRecord {
  return {
    fxp: protocolVersion,
    opening: randomHex(party.prng, 6),
    requestor: party.name,
    acknowledge,
    claimed: false,
    leaseMs: party.leaseMs,
    expiryMs,
  };
}

/** Makes the offer and removes what an earlier session of the name has left. */
async function offerSession(
  { party: { broker }, name }: SessionOpeningOptions,
  offer: OfferRecord,
  attendance: Attendance,
): Promise<void> {
  const [claim] = await Promise.all([
    broker.get(claimKeyOf(name)),
    broker.set(offerKeyOf(name), encodeOffer(offer), { ttlMs: offer.leaseMs }),
    broker.del(keyOf(name, 'provider')),
    broker.del(keyOf(name, 'requestor')),
    broker.del(claimsKeyOf(name)),
  ]);
  const holder = claim && parseClaim(claim);
  // A provider that is there ends its old session itself when it hears of the new one; a dead one hears nothing.
  if (claim && !(holder && isPresent(attendance, holder))) await broker.del(claimKeyOf(name));
}
