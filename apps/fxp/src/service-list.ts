import type { ProviderInfo, Requestor } from '@syncytium/fxp';

/** Most services in one answer. */
const listMax = 1000;

/** A service as `GET /services` shows it. */
export interface ServiceView {
  readonly name: string;
  /** Those of our kind, by name. */
  readonly providers: readonly ProviderInfo[];
  /** How many others there are, of which no more is known. */
  readonly foreign: number;
}

/** All services that anybody provides, by name, each with its providers. */
export async function listServicesInFull(requestor: Requestor): Promise<ServiceView[]> {
  const services = (await requestor.services()).slice(0, listMax);
  return Promise.all(services.map(async ({ name }) => ({ name, ...(await requestor.providers(name)) })));
}
