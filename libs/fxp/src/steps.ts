import type { BlockOptions, Broker, BrokerConnection } from '@syncytium/transport';
import { escapeGlob } from './wire/escape-glob.js';
import { parsePresenceChannel } from './presence/presence-channel.js';
import { checkName, keyOf, peerOf, type Role, type SessionName } from './wire/protocol.js';

/*
 * The protocol's steps, one function each, over any broker. What they send to a Redis is exactly the original's.
 */

/** Puts an item on its way to the other party: `LPUSH`. Resolves with how many items now wait there. */
export function push(
  line: Pick<BrokerConnection, 'lpush'>,
  session: SessionName,
  role: Role,
  item: Uint8Array,
): Promise<number> {
  return line.lpush(keyOf(session, role), item);
}

/** Takes the oldest item of the other party, waiting for one: `BRPOP`. `undefined` when the time has passed. */
export async function pop(
  line: Pick<BrokerConnection, 'brpop'>,
  session: SessionName,
  role: Role,
  options: BlockOptions = {},
): Promise<Uint8Array | undefined> {
  return (await line.brpop(keyOf(session, peerOf(role)), options))?.value;
}

/**
 * Begins a session: `DEL` of both lists, then `PUBLISH` of the session's id on the service's channel. Resolves with how
 * many providers were told; in a cluster, those of one node.
 */
export async function negotiate(broker: Broker, session: SessionName): Promise<number> {
  checkName(session.service, 'service');
  checkName(session.id, 'id');
  await Promise.all([broker.del(keyOf(session, 'provider')), broker.del(keyOf(session, 'requestor'))]);
  return broker.publish(session.service, session.id);
}

/** Whether anybody provides the service: `PUBSUB CHANNELS`. Any number of providers will do. */
export async function isAvailable(broker: Broker, service: string): Promise<boolean> {
  checkName(service, 'service');
  const channels = await broker.channels(escapeGlob(service));
  return channels.includes(service);
}

/** How many provide the service: `PUBSUB NUMSUB`. */
export function providerCount(broker: Broker, service: string): Promise<number> {
  checkName(service, 'service');
  return broker.subscriberCount(service);
}

/** A service and how many provide it. */
export interface ServiceSummary {
  readonly name: string;
  readonly providers: number;
}

/** All services that anybody provides, by name. Every channel with a subscriber is one, but for providers' presences. */
export async function listServices(broker: Broker): Promise<ServiceSummary[]> {
  const channels = await broker.channels();
  const names = channels.filter((channel) => !parsePresenceChannel(channel)).sort();
  return Promise.all(names.map(async (name) => ({ name, providers: await broker.subscriberCount(name) })));
}
