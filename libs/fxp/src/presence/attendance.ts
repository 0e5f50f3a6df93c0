import type { Broker } from '@syncytium/transport';
import { escapeGlob } from '../wire/escape-glob.js';
import {
  parsePresenceChannel,
  presencePatternOf,
  providerKeyOf,
  type Presence,
  type ProviderId,
} from './presence-channel.js';
import { parseProvider, type ProviderRecord } from './presence-record.js';
import { checkName } from '../wire/protocol.js';

/** Who is there for a service. */
export interface Attendance {
  /** Providers of ours that take sessions. */
  readonly taking: readonly Presence[];
  /** Providers of ours that only finish the sessions they have. */
  readonly draining: readonly Presence[];
  /** How many providers are there that know only the original protocol. */
  readonly foreign: number;
}

/** A provider of ours. What only its record tells is `null` while there is none, as after a broker began anew. */
export type ProviderInfo = ProviderId & { readonly draining: boolean } & {
  readonly [K in Exclude<keyof ProviderRecord, keyof ProviderId | 'draining'>]: ProviderRecord[K] | null;
};

/** All providers of a service. */
export interface ProviderList {
  /** Those of ours, by name. */
  readonly providers: readonly ProviderInfo[];
  /** How many others there are; of these no more is known. */
  readonly foreign: number;
}

/** Who is there for a service, in one round trip (two when a foreign provider seems to be there). */
export async function takeAttendance(broker: Broker, service: string): Promise<Attendance> {
  const first = await lookOnce(broker, service);
  // A provider that came or went between the two questions looks like a foreign one; it does not do so twice.
  return first.foreign === 0 ? first : lookOnce(broker, service);
}

/** Every provider of ours with its record, and how many others there are. */
export async function listProviders(broker: Broker, service: string): Promise<ProviderList> {
  checkName(service, 'service');
  const { taking, draining, foreign } = await takeAttendance(broker, service);
  const finishing = draining.filter(({ instance }) => !taking.some((other) => other.instance === instance));
  const presences = [...taking, ...finishing];
  const records = await readRecords(broker, presences);
  const providers = presences.map((presence, i) => toInfo(presence, records[i]));
  return { providers: providers.sort((a, b) => (a.provider + a.instance < b.provider + b.instance ? -1 : 1)), foreign };
}

/** The records of providers, in their order; `undefined` for one that has none. */
export function readRecords(
  broker: Broker,
  presences: readonly Presence[],
): Promise<readonly (ProviderRecord | undefined)[]> {
  return Promise.all(
    presences.map(async (presence) => {
      const bytes = await broker.get(providerKeyOf(presence.service, presence));
      return bytes && parseProvider(bytes);
    }),
  );
}

/** Whether a provider is there, taking sessions or finishing them. */
export function isPresent({ taking, draining }: Attendance, { instance }: Pick<ProviderId, 'instance'>): boolean {
  return [...taking, ...draining].some((presence) => presence.instance === instance);
}

async function lookOnce(broker: Broker, service: string): Promise<Attendance> {
  // In this order: a provider is present before it subscribes to the service's channel.
  const [subscribers, channels] = await Promise.all([
    broker.subscriberCount(service),
    broker.channels(presencePatternOf(escapeGlob(service))),
  ]);
  const presences = channels.map(parsePresenceChannel).filter((presence) => presence?.service === service);
  const ofPart = (part: Presence['part']): Presence[] =>
    presences.filter((presence): presence is Presence => presence?.part === part);
  const taking = ofPart('provider');
  return { taking, draining: ofPart('draining'), foreign: Math.max(subscribers - taking.length, 0) };
}

function toInfo({ provider, instance, part }: Presence, record: ProviderRecord | undefined): ProviderInfo {
  const { version = null, sessions = null, capacity = null, host = null, pid = null, load = null } = record ?? {};
  const draining = part === 'draining' || record?.draining === true;
  return { provider, instance, version, sessions, capacity, draining, host, pid, load };
}
