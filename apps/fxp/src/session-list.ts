import { keyOf, parseKey, type Role, type SessionName } from '@syncytium/fxp';
import type { Broker } from '@syncytium/transport';
import type { MemoryBroker } from '@syncytium/transport/memory';
import type { HeldSession } from './gateway.js';

/** Most sessions in one answer. */
const listMax = 1000;
/** Most keys of the embedded broker that are looked at for one answer. */
const keysScannedMax = 100_000;

/** A session as `GET /sessions` shows it. */
export interface SessionView extends SessionName {
  /** Items that wait for the provider. */
  readonly inputs: number;
  /** Items that wait for the requestor. */
  readonly outputs: number;
  /** What the gateway knows of a session that was opened through it; `null` for any other. */
  readonly gateway: Omit<HeldSession, 'id' | 'service'> | null;
}

/** The sessions of the gateway, and those whose keys the embedded broker, if there is one, holds or is asked for. */
export async function listSessions(
  held: readonly HeldSession[],
  broker: Broker,
  embedded: MemoryBroker | undefined,
): Promise<SessionView[]> {
  const sessions = new Map<string, SessionView>();
  const add = ({ service, id }: SessionName, gateway: SessionView['gateway']): void => {
    const key = keyOf({ service, id }, 'requestor');
    if (!sessions.has(key) && sessions.size < listMax)
      sessions.set(key, { id, service, inputs: 0, outputs: 0, gateway });
  };
  for (const { id, service, ...facts } of held) add({ id, service }, facts);
  for (const name of embedded ? namesIn(embedded) : []) add(name, null);
  return Promise.all([...sessions.values()].map((session) => withDepths(session, broker)));
}

async function withDepths(session: SessionView, broker: Broker): Promise<SessionView> {
  const depth = (writer: Role): Promise<number> => broker.llen(keyOf(session, writer));
  const [inputs, outputs] = await Promise.all([depth('requestor'), depth('provider')]);
  return { ...session, inputs, outputs };
}

function namesIn(embedded: MemoryBroker): SessionName[] {
  return embedded.execute(({ keyspace, blocked }) => {
    const names: SessionName[] = [];
    let scanned = 0;
    for (const keys of [blocked.keys(), keyspace.keys()]) {
      for (const key of keys) {
        if (++scanned > keysScannedMax) return names;
        const name = parseKey(Buffer.from(key, 'latin1').toString());
        if (name) names.push(name);
      }
    }
    return names;
  });
}
