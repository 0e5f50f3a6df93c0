import { pause, randomHex, type Clock, type Prng } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';
import { isPresent, readRecords, takeAttendance, type Attendance } from '../presence/attendance.js';
import { ClaimKeeper } from './claim-keeper.js';
import { claimRank, type Busyness } from './claim-rank.js';
import { encodeClaim, parseClaim, type ClaimRecord } from './claim-record.js';
import { deleteLists } from '../session/delete-lists.js';
import type { LossWatch } from '../loss-watch.js';
import { parseOffer, type OfferRecord } from './offer-record.js';
import type { ProviderId } from '../presence/presence-channel.js';
import { claimKeyOf, offerKeyOf, type SessionName } from '../wire/protocol.js';

/** What a provider that claims sessions is to a claim. */
export interface Claimant {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly prng: Prng;
  readonly losses: LossWatch;
  readonly id: ProviderId;
  /** How long a claim of a plain session lasts that is not renewed, in milliseconds; an offer says so for others. */
  readonly leaseMs: number;
  /** How long a provider waits for each that is less busy, in milliseconds. */
  readonly claimStepMs: number;
  /** How busy it is now. */
  busyness(): Busyness;
  /** Keeps a place for one more session; `false` when there is none, or when it takes no sessions. */
  reserve(): boolean;
  /** Gives back a place that was kept for a session that it did not get. */
  release(): void;
}

/** What is known of a session that was published. */
export interface Published {
  readonly name: SessionName;
  /** `undefined` for a plain requestor. */
  readonly offer: OfferRecord | undefined;
  readonly attendance: Attendance;
}

export async function lookAtPublished(broker: Broker, name: SessionName): Promise<Published> {
  const [offer, attendance] = await Promise.all([readOffer(broker, name), takeAttendance(broker, name.service)]);
  return { name, offer, attendance };
}

/**
 * Claims a session when it is this provider's turn: the less busy ones go first, each has a step of time. Resolves with
 * the keeper of the claim, not started yet, and a place kept; `undefined` when another provider has it, or this one takes
 * none any more.
 * Exactly one provider gets it, whoever asks at whatever time: the claim is a key that is set only if it is not there.
 */
export async function claimSession(claimant: Claimant, published: Published): Promise<ClaimKeeper | undefined> {
  const { broker, clock, id } = claimant;
  const { offer, attendance } = published;
  const others = attendance.taking.filter(({ instance }) => instance !== id.instance);
  if (others.length > 0) {
    const records = (await readRecords(broker, others)).filter((record) => record !== undefined);
    const free = records.filter(({ draining, sessions, capacity }) => !draining && sessions < capacity);
    await pause(clock, claimRank(claimant.busyness(), free) * claimant.claimStepMs);
  }
  const keeper = await tryClaim(claimant, published);
  if (keeper || offer) return keeper;
  // A plain requestor publishes once. If the holder of an earlier session of the name died, its claim lapses by itself.
  const lapsesInMs = await lapseOfDead(broker, published);
  if (lapsesInMs === undefined) return undefined;
  await pause(clock, lapsesInMs);
  return tryClaim(claimant, published);
}

async function tryClaim(claimant: Claimant, published: Published): Promise<ClaimKeeper | undefined> {
  if (!claimant.reserve()) return undefined;
  let keeper: ClaimKeeper | undefined;
  try {
    keeper = await setClaim(claimant, published);
    return keeper;
  } finally {
    if (!keeper) claimant.release();
  }
}

async function setClaim(
  { broker, clock, prng, losses, id, leaseMs: plainLeaseMs }: Claimant,
  { name, offer }: Published,
): Promise<ClaimKeeper | undefined> {
  const record: ClaimRecord = {
    provider: id.provider,
    instance: id.instance,
    claim: randomHex(prng, 6),
    opening: offer?.opening ?? '',
    at: Math.round(clock.wallNow()),
  };
  const leaseMs = offer?.leaseMs ?? plainLeaseMs;
  const askedAt = clock.now();
  const isSet = await broker.set(claimKeyOf(name), encodeClaim(record), { onlyIf: 'absent', ttlMs: leaseMs });
  if (!isSet) return undefined;
  const keeper = new ClaimKeeper({ broker, clock, losses, name, leaseMs, askedAt, record, offer });
  // While this provider waited for its turn, the session may have been opened anew, served by another one, or given up.
  const offerNow = await readOffer(broker, name);
  if (offerNow?.opening === offer?.opening && offerNow?.claimed !== true) return keeper;
  // Whoever served it may have left the lists to whoever has the claim.
  await keeper.leave(() => deleteLists(broker, name, record.opening));
  return undefined;
}

/** When the claim of a provider that is not there any more lapses, in milliseconds from now. */
async function lapseOfDead(broker: Broker, { name, attendance }: Published): Promise<number | undefined> {
  const [bytes, ttlMs] = await Promise.all([broker.get(claimKeyOf(name)), broker.ttl(claimKeyOf(name))]);
  const holder = bytes && parseClaim(bytes);
  return holder && !isPresent(attendance, holder) ? (ttlMs ?? 0) + 1 : undefined;
}

async function readOffer(broker: Broker, name: SessionName): Promise<OfferRecord | undefined> {
  const bytes = await broker.get(offerKeyOf(name));
  return bytes && parseOffer(bytes);
}
