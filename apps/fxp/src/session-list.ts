import {
  claimKeyOf,
  keyOf,
  offerKeyOf,
  parseClaim,
  parseKey,
  parseOffer,
  type Role,
  type SessionName,
} from '@syncytium/fxp';
import type { Clock } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';
import type { MemoryBroker } from '@syncytium/transport/memory';
import type { HeldSession } from './gateway.js';

/** Most sessions in one answer. */
const listMax = 1000;
/** Most keys of the embedded broker that are looked at for one answer. */
const keysScannedMax = 100_000;

/** Who serves a session. */
export interface ClaimView {
  /** The provider's name. */
  readonly provider: string;
  /** Since when, in milliseconds; by the provider's clock. */
  readonly ageMs: number;
}

/** A session as `GET /sessions` shows it. */
export interface SessionView extends SessionName {
  /** Items that wait for the provider. */
  readonly inputs: number;
  /** Items that wait for the requestor. */
  readonly outputs: number;
  /** The requestor's name; `null` for one that knows only the original protocol. */
  readonly requestor: string | null;
  /** `null` where nobody has claimed it. */
  readonly claim: ClaimView | null;
  /** What the gateway knows of a session that was opened through it; `null` for any other. */
  readonly gateway: Omit<HeldSession, 'id' | 'service'> | null;
}

export interface SessionSources {
  /** Those of the gateway. */
  readonly held: readonly HeldSession[];
  readonly broker: Broker;
  /** The same broker, where it can be looked through for sessions of others. */
  readonly embedded: MemoryBroker | undefined;
  readonly clock: Clock;
}

/** The sessions of the gateway, and those whose keys the embedded broker, if there is one, holds or is asked for. */
export async function listSessions({ held, broker, embedded, clock }: SessionSources): Promise<SessionView[]> {
  const sessions = new Map<string, SessionName & Pick<SessionView, 'gateway'>>();
  const add = ({ service, id }: SessionName, gateway: SessionView['gateway']): void => {
    const key = keyOf({ service, id }, 'requestor');
    if (!sessions.has(key) && sessions.size < listMax) sessions.set(key, { id, service, gateway });
  };
  for (const { id, service, ...facts } of held) add({ id, service }, facts);
  for (const name of embedded ? namesIn(embedded) : []) add(name, null);
  const now = clock.wallNow();
  return Promise.all([...sessions.values()].map((session) => withFacts(session, broker, now)));
}

async function withFacts(
  session: SessionName & Pick<SessionView, 'gateway'>,
  broker: Broker,
  now: number,
): Promise<SessionView> {
  const depth = (writer: Role): Promise<number> => broker.llen(keyOf(session, writer));
  const [inputs, outputs, offerBytes, claimBytes] = await Promise.all([
    depth('requestor'),
    depth('provider'),
    broker.get(offerKeyOf(session)),
    broker.get(claimKeyOf(session)),
  ]);
  const offer = offerBytes && parseOffer(offerBytes);
  const claim = claimBytes && parseClaim(claimBytes);
  const { id, service, gateway } = session;
  return {
    id,
    service,
    inputs,
    outputs,
    requestor: offer?.requestor ?? null,
    claim: claim ? { provider: claim.provider, ageMs: Math.max(0, Math.round(now - claim.at)) } : null,
    gateway,
  };
}

function namesIn(embedded: MemoryBroker): SessionName[] {
  return embedded.execute(({ keyspace, blocked }) => {
    const names: SessionName[] = [];
    let scanned = 0;
    for (const keys of [blocked.keys(), keyspace.keys()]) {
      for (const key of keys) {
        if (++scanned > keysScannedMax) return names;
        const name = nameOf(Buffer.from(key, 'latin1').toString());
        if (name) names.push(name);
      }
    }
    return names;
  });
}

/** A session between two items has nothing but its offer and its claim. */
function nameOf(key: string): SessionName | undefined {
  return parseKey(key) ?? parseKey(key.replace(/__(?:offer|claim)$/, '__req2pro'));
}
