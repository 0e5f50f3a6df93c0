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
import { BrokerError, type Broker } from '@syncytium/transport';
import type { FoundKeys } from './find-keys.js';
import type { HeldSession } from './gateway.js';

/** Most sessions in one answer. */
const listMax = 1000;

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

/** What `GET /sessions` answers. */
export interface SessionList {
  readonly sessions: readonly SessionView[];
  /** Whether there can be no others with a key in the broker: all keys were looked at, and all sessions are here. */
  readonly complete: boolean;
}

export interface SessionSources {
  /** Those of the gateway. */
  readonly held: readonly HeldSession[];
  readonly broker: Broker;
  readonly found: FoundKeys;
  readonly clock: Clock;
}

type NamedSession = SessionName & Pick<SessionView, 'gateway'>;

/** The sessions of the gateway, and those of others whose keys were found. */
export async function listSessions({ held, broker, found, clock }: SessionSources): Promise<SessionList> {
  const sessions = new Map<string, NamedSession>();
  const add = ({ service, id }: SessionName, gateway: SessionView['gateway']): void => {
    const key = keyOf({ service, id }, 'requestor');
    if (!sessions.has(key)) sessions.set(key, { id, service, gateway });
  };
  for (const { id, service, ...facts } of held) add({ id, service }, facts);
  for (const name of namesOf(found.awaited)) add(name, null);
  const certain = sessions.size;
  for (const name of namesOf([...found.keys].sort())) add(name, null);
  const now = clock.wallNow();
  const listed = [...sessions.values()].slice(0, listMax);
  const views = await Promise.all(listed.map((session) => withFacts(session, broker, now)));
  return {
    sessions: views.flatMap((view, i) => (view && (i < certain || !isEmpty(view)) ? [view] : [])),
    complete: found.isComplete && sessions.size <= listMax,
  };
}

/** Of a key that has only the form of a session's, or of a session that has ended meanwhile. */
function isEmpty({ inputs, outputs, requestor, claim }: SessionView): boolean {
  return inputs === 0 && outputs === 0 && requestor === null && claim === null;
}

/** `undefined` where a key holds what no session's does. */
async function withFacts(session: NamedSession, broker: Broker, now: number): Promise<SessionView | undefined> {
  try {
    return await readFacts(session, broker, now);
  } catch (error) {
    if (session.gateway === null && error instanceof BrokerError && error.code === 'broker_wrong_type')
      return undefined;
    throw error;
  }
}

async function readFacts(session: NamedSession, broker: Broker, now: number): Promise<SessionView> {
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

function namesOf(keys: readonly string[]): SessionName[] {
  return keys.map(nameOf).filter((name) => name !== undefined);
}

/** A session between two items has nothing but its offer and its claim. */
function nameOf(key: string): SessionName | undefined {
  return parseKey(key) ?? parseKey(key.replace(/__(?:offer|claim)$/, '__req2pro'));
}
