import { defineCommand, duration, toggle, UsageError } from '@syncytium/program';
import { AnswersMissingError, type CellAnswer } from '@syncytium/thynapse';
import { cellOptions, channelArgument, dataArgument, keyOption } from './settings.js';
import { withCell } from './with-cell.js';

/** `thynapse request`: one event, and what comes back. */
export const requestCommand = defineCommand({
  name: 'request',
  summary: 'sends one event and prints the answer of the service that handles it, or of every cell, as JSON',
  arguments: { channel: channelArgument(), data: dataArgument },
  options: {
    all: toggle({ help: 'ask every cell that answers to the channel (all.answer), and print a line for each' }),
    key: keyOption,
    ...cellOptions,
    timeout: duration({ help: 'longest wait for the transmitter, and then for the answer', default: '10s' }),
  },
  examples: [
    [`thynapse request mail::send '{"to":"ada"}'`, 'prints what the handler answered'],
    ['thynapse request status --all --timeout 2s', 'a line {"service","cell","data"} for each cell that answers'],
  ],
  run: ({ channel, data, all, key, ...config }, context) => {
    if (all && key !== undefined) throw new UsageError('--key is of no use with --all: every cell is asked', '--key');
    const { timeout } = config;
    const options = { timeout, signal: context.signal };
    const show = ({ service, cell, data }: CellAnswer): void => context.print(JSON.stringify({ service, cell, data }));
    return withCell(config, context, {
      service: 'request',
      isOnce: true,
      async use(cell) {
        if (!all) {
          const answer = await cell.request(channel, data?.value, { ...options, ...(key !== undefined && { key }) });
          context.print(JSON.stringify(answer ?? null));
          return;
        }
        try {
          const answers = await cell.all.request(channel, data?.value, options);
          if (answers.length === 0) context.log.warn(`no cell answers to ${channel}`);
          answers.forEach(show);
        } catch (error) {
          if (error instanceof AnswersMissingError) error.answers.forEach(show);
          throw error;
        }
      },
    });
  },
});
