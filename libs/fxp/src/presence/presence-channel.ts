import { InvalidArgumentError } from '@syncytium/kit';
import { checkName, separator } from '../wire/protocol.js';

/** A provider of ours, as its presence channels name it. */
export interface ProviderId {
  /** Its name: `toksys-7`. */
  readonly provider: string;
  /** Tells it from others of the name: 8 hex digits. */
  readonly instance: string;
}

/** Which presence: `provider` while it takes sessions, `draining` while it only finishes those it has. */
export type PresencePart = 'provider' | 'draining';

/** A provider of ours that is there. */
export interface Presence extends ProviderId {
  readonly service: string;
  readonly part: PresencePart;
}

/**
 * The channel a provider of ours is subscribed to while it is there: `X__provider__toksys-7.9f3a01bc`. A subscription
 * ends with its connection, so that a provider that died is not listed for a moment longer than Redis holds its line.
 */
export function presenceChannelOf({ service, part, provider, instance }: Presence): string {
  return [service, part, `${provider}.${instance}`].join(separator);
}

/** The key a provider's record is under: its presence channel's name, also while it drains. */
export function providerKeyOf(service: string, { provider, instance }: ProviderId): string {
  return presenceChannelOf({ service, part: 'provider', provider, instance });
}

/** The pattern of a service's presence channels, for an escaped name of the service. */
export function presencePatternOf(escapedService: string): string {
  return [escapedService, '*', '*.*'].join(separator);
}

/** Whose presence a channel is; `undefined` for a channel of any other purpose. */
export function parsePresenceChannel(channel: string): Presence | undefined {
  const match = /^(.+)__(provider|draining)__((?:(?!__).)+)\.([0-9a-f]{8})$/s.exec(channel);
  const [, service, part, provider, instance] = match ?? [];
  if (service === undefined || provider === undefined || instance === undefined) return undefined;
  return { service, part: part === 'draining' ? 'draining' : 'provider', provider, instance };
}

/** Throws {@link InvalidArgumentError} for what cannot be a provider's name. */
export function checkProviderName(name: string): void {
  checkName(name, 'name');
  if (name.includes(separator)) throw new InvalidArgumentError('name', `must not have ${separator} in it`);
}
