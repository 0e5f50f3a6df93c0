import type { Broker } from '@syncytium/transport';
import { listProviders, type ProviderInfo } from './attendance.js';

/** Every provider of a service with its state, for errors; empty when there are none, or none can be asked for. */
export async function describeProviders(broker: Broker, service: string): Promise<string[]> {
  const { providers, foreign } = await listProviders(broker, service).catch(() => ({ providers: [], foreign: 0 }));
  const others = foreign > 0 ? [`${foreign} of another kind`] : [];
  return [...providers.map(describeProvider), ...others];
}

/** `toksys-7 has 10 of 10 sessions`, `toksys-8 is draining`. */
export function describeProvider({ provider, draining, sessions, capacity }: ProviderInfo): string {
  if (draining) return `${provider} is draining`;
  if (sessions === null || capacity === null) return `${provider} has not said how it is`;
  return `${provider} has ${sessions} of ${capacity} sessions`;
}
