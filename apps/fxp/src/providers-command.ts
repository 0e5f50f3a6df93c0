import { Requestor, type ProviderInfo } from '@syncytium/fxp';
import { defineCommand, formatTable, text } from '@syncytium/program';
import { redisSetting } from './settings.js';

/** `fxp providers`: services, and how many provide each; or who provides one of them. */
export const providersCommand = defineCommand({
  name: 'providers',
  summary: 'lists services and how many provide each, or who provides one of them',
  arguments: {
    service: text({ help: 'the service whose providers are listed', defaultText: 'all, with their number' }),
  },
  options: { redis: redisSetting },
  examples: [
    ['fxp providers', 'asks the fxp on this machine'],
    ['fxp providers json_echo', 'each provider with its version, sessions and load'],
  ],
  run: async ({ service, redis }, { log, clock, print }) => {
    await using requestor = await Requestor.connect(redis, { log, clock });
    if (service === undefined) {
      const services = await requestor.services();
      if (services.length === 0) print('nobody provides a service');
      else for (const line of formatTable(services.map(({ name, providers }) => [name, `${providers}`]))) print(line);
      return 0;
    }
    const { providers, foreign } = await requestor.providers(service);
    if (providers.length > 0)
      for (const line of formatTable([
        ['PROVIDER', 'VERSION', 'SESSIONS', 'LOAD', 'HOST', 'PID', ''],
        ...providers.map(row),
      ]))
        print(line);
    if (foreign > 0) print(`${foreign} of another kind, of which no more is known`);
    if (providers.length + foreign === 0) print(`nobody provides ${service}`);
    return providers.length + foreign === 0 ? 1 : 0;
  },
});

function row({ provider, version, sessions, capacity, load, host, pid, draining }: ProviderInfo): string[] {
  return [
    provider,
    version === null || version === '' ? '-' : version,
    sessions === null || capacity === null ? '-' : `${sessions}/${capacity}`,
    load === null ? '-' : load.toFixed(3),
    host ?? '-',
    pid === null ? '-' : `${pid}`,
    draining ? 'draining' : '',
  ];
}
