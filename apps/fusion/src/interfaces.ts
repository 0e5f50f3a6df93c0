import { UsageError, type AllowedHosts, type HostPort } from '@syncytium/program';
import type { ConfigFile } from './config-file.js';
import type { FusionConfig } from './config.js';
import { interfaceDefaults } from './settings.js';

/** One interface that is to be opened. */
export interface InterfacePlan extends HostPort {
  /** Longest query, in bytes. */
  readonly bytesMax: number;
  /** Further names it goes by in the header `host`. */
  readonly hosts?: AllowedHosts;
}

/** The interfaces to open; `undefined` for one that is not wanted. */
export interface InterfacePlans {
  readonly rest: InterfacePlan | undefined;
  readonly standard: InterfacePlan | undefined;
  readonly bulk: InterfacePlan | undefined;
}

/**
 * Which interfaces to open, where, and with which limits: flags first, then the configuration file, then the defaults.
 * A flag that gives an address opens the interface even where the file does not want it. Throws `UsageError` when
 * neither REST nor the standard WebSocket is left.
 */
export function planInterfaces(config: FusionConfig, file: ConfigFile): InterfacePlans {
  const plan = (
    name: keyof typeof interfaceDefaults,
    address: HostPort | undefined,
    bytesMax: number | undefined,
  ): InterfacePlan | undefined => {
    const section = file[name] ?? {};
    if (!address && section.enabled === false) return undefined;
    const { address: usual, bytesMax: usualMax } = interfaceDefaults[name];
    return {
      host: address?.host ?? section.ip ?? usual.host,
      port: address?.port ?? section.port ?? usual.port,
      bytesMax: bytesMax ?? section.maxRead ?? usualMax,
      ...(config.allowedHosts && { hosts: config.allowedHosts }),
    };
  };
  const plans = {
    rest: plan('rest', config.rest, config.restMax),
    standard: plan('standard', config.ws, config.wsMax),
    bulk: plan('bulk', config.bulk, config.bulkMax),
  };
  if (!plans.rest && !plans.standard)
    throw new UsageError('at least one of restQuery and wsQuery must be enabled', '--config');
  return plans;
}
