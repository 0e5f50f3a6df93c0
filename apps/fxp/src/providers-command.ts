import { Requestor } from '@syncytium/fxp';
import { defineCommand } from '@syncytium/program';
import { redisSetting } from './settings.js';

/** `fxp providers`: services, and how many provide each. */
export const providersCommand = defineCommand({
  name: 'providers',
  summary: 'lists services and how many provide each',
  arguments: {},
  options: { redis: redisSetting },
  examples: [['fxp providers', 'asks the fxp on this machine']],
  run: async ({ redis }, { log, clock, print }) => {
    await using requestor = await Requestor.connect(redis, { log, clock });
    const services = await requestor.services();
    if (services.length === 0) print('nobody provides a service');
    const width = Math.max(0, ...services.map(({ name }) => name.length));
    for (const { name, providers } of services) print(`${name.padEnd(width)}  ${providers}`);
    return 0;
  },
});
