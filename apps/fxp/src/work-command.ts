import { defineCommand, requiredText, text, UsageError } from '@syncytium/program';
import { provideUntilInterrupted, providerSettings } from './provide-until-interrupted.js';
import { runSessionCommand } from './run-session-command.js';

/** `fxp work`: a provider whose sessions are served by a command. */
export const workCommand = defineCommand({
  name: 'work',
  summary: 'provides a service by running a command for each session, until it is interrupted',
  arguments: { service: requiredText({ help: "the service's name" }) },
  options: {
    exec: text({
      placeholder: 'COMMAND',
      help: 'run in a shell for each session: it is given each input as a line of JSON and prints each output as one',
      default: '',
    }),
    ...providerSettings,
  },
  examples: [
    [`fxp work json_echo --exec cat`, 'each line is its own answer'],
    [`fxp work controller --exec 'python3 -u controller.py'`, 'a controller that reads and prints lines'],
  ],
  run: ({ service, exec, ...config }, context) => {
    if (exec === '') throw new UsageError('--exec is needed: what is to be run for each session', '--exec');
    return provideUntilInterrupted(
      service,
      (session) => runSessionCommand(exec, session, { log: context.log, clock: context.clock }),
      config,
      context,
    );
  },
});
