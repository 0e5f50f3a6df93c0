import { defineCommand, text } from '@syncytium/program';
import { provideUntilInterrupted, providerSettings } from './provide-until-interrupted.js';

/** `fxp echo`: a provider to try requestors with. */
export const echoCommand = defineCommand({
  name: 'echo',
  summary: 'provides a service that answers every input with itself, until it is interrupted',
  arguments: {},
  options: {
    service: text({ placeholder: 'NAME', help: "the service's name", default: 'json_echo' }),
    ...providerSettings,
  },
  examples: [['fxp echo --service my_echo', 'provides my_echo on the fxp of this machine']],
  run: ({ service, ...config }, context) =>
    provideUntilInterrupted(
      service,
      async ({ id, raw }) => {
        context.log.info('session begins', { service, session: id });
        // Bytes as they came: an echo changes nothing.
        for await (const input of raw) await raw.push(input);
        context.log.info('session is over', { service, session: id });
      },
      config,
      context,
    ),
});
