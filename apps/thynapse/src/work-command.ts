import { defineCommand, integer, requiredText, text, UsageError } from '@syncytium/program';
import { runShellCommand } from './run-shell-command.js';
import { cellOptions } from './settings.js';
import { interrupted, withCell } from './with-cell.js';

/** `thynapse work`: a cell whose handler is a shell command. */
export const workCommand = defineCommand({
  name: 'work',
  summary: 'handles events in anycatch mode by running a shell command for each, until it is interrupted',
  arguments: { pattern: requiredText({ help: "channels: mail::send, 'mail::*'" }) },
  options: {
    exec: text({
      placeholder: 'COMMAND',
      help: 'run for each event, which it gets as JSON on its standard input; what it prints is the answer, another exit code than 0 a failure',
      default: '',
    }),
    service: text({ placeholder: 'NAME', help: 'service that this cell is one of', default: 'work' }),
    capacity: integer({ help: 'most events handled at once', default: 1, min: 1, max: 1000 }),
    ...cellOptions,
  },
  examples: [["thynapse work 'mail::*' --exec 'jq .data' --service mail", 'answers each event with its own data']],
  run: ({ pattern, exec, service, capacity, ...config }, context) => {
    const { log } = context;
    if (exec === '') throw new UsageError('--exec is needed: what is to be run for each event', '--exec');
    const over = new AbortController();
    const code = withCell(config, context, {
      service,
      capacity,
      async use(cell) {
        await cell.on(pattern, async (event) => {
          log.info('event', { channel: event.channel, id: event.id, attempt: event.attempt });
          return await runShellCommand(exec, event, over.signal);
        });
        log.info('working', { pattern, service, transmitter: config.transmitter });
        await interrupted(context.signal);
      },
    });
    // Commands that have not ended when the cell has left would keep this process for nothing.
    return code.finally(() => over.abort());
  },
});
