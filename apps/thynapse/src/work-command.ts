import { defineCommand, duration, integer, text, UsageError } from '@syncytium/program';
import { runShellCommand } from './run-shell-command.js';
import { cellOptions, patternArgument, serviceOption } from './settings.js';
import { interrupted, withCell } from './with-cell.js';

/** `thynapse work`: a cell whose handler is a shell command. */
export const workCommand = defineCommand({
  name: 'work',
  summary: 'handles events in anycatch mode by running a shell command for each, until it is interrupted',
  arguments: { pattern: patternArgument("channels: mail::send, 'mail::*'") },
  options: {
    exec: text({
      placeholder: 'COMMAND',
      help: 'run for each event, which it gets as JSON on its standard input; what it prints is the answer, another exit code than 0 a failure',
      default: '',
    }),
    execTimeout: duration({
      help: 'longest time that the command may run for one event; then it is ended, which is a failure; 0: for ever',
      default: '0s',
    }),
    service: serviceOption,
    capacity: integer({ help: 'most events handled at once', default: 1, min: 1, max: 1000 }),
    ...cellOptions,
  },
  examples: [["thynapse work 'mail::*' --exec 'jq .data' --service mail", 'answers each event with its own data']],
  run: ({ pattern, exec, execTimeout, service, capacity, ...config }, context) => {
    const { log, clock } = context;
    if (exec === '') throw new UsageError('--exec is needed: what is to be run for each event', '--exec');
    const over = new AbortController();
    const limits = { clock, signal: over.signal, ...(execTimeout > 0 && { timeoutMs: execTimeout }) };
    let inHand = 0;
    const code = withCell(config, context, {
      service,
      capacity,
      isOnce: false,
      async use(cell) {
        await cell.on(pattern, async (event) => {
          log.info('event', { channel: event.channel, id: event.id, attempt: event.attempt });
          inHand++;
          return await runShellCommand(exec, event, limits).finally(() => inHand--);
        });
        log.info('working', { pattern, service, transmitter: config.transmitter });
        await interrupted(context.signal);
        if (inHand > 0)
          log.info('leaving when the commands in hand have ended, after 10 s at most, or on a second interrupt', {
            inHand,
          });
      },
    });
    // Commands that have not ended when the cell has left would keep this process for nothing.
    return code.finally(() => over.abort());
  },
});
