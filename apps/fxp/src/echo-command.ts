import { once } from 'node:events';
import { Provider } from '@syncytium/fxp';
import { defineCommand, duration, text } from '@syncytium/program';
import { redisSetting } from './settings.js';

/** `fxp echo`: a provider to try requestors with. */
export const echoCommand = defineCommand({
  name: 'echo',
  summary: 'provides a service that answers every input with itself, until it is interrupted',
  arguments: {},
  options: {
    redis: redisSetting,
    service: text({ placeholder: 'NAME', help: "the service's name", default: 'json_echo' }),
    timeout: duration({ help: 'a session without inputs for so long is over', default: '10s' }),
  },
  examples: [['fxp echo --service my_echo', 'provides my_echo on the fxp of this machine']],
  run: async ({ redis, service, timeout }, { log, clock, print, signal }) => {
    await using provider = await Provider.connect(redis, { log, clock });
    await provider.register(
      service,
      async ({ id, raw }) => {
        log.info('session begins', { service, session: id });
        // Bytes as they came: an echo changes nothing.
        for await (const input of raw) await raw.push(input);
        log.info('session is over', { service, session: id });
      },
      { timeout },
    );
    print(`provides ${service}`);
    const end = AbortSignal.any([signal, provider.lost]);
    if (!end.aborted) await once(end, 'abort');
    if (provider.lost.aborted) throw provider.lost.reason;
    return 0;
  },
});
