import { defineCommand } from '@syncytium/program';
import { cellOptions, channelArgument, dataArgument, keyOption } from './settings.js';
import { withCell } from './with-cell.js';

/** `thynapse send`: one event. */
export const sendCommand = defineCommand({
  name: 'send',
  summary: 'sends one event and waits until the transmitter has accepted it',
  arguments: { channel: channelArgument(), data: dataArgument },
  options: { key: keyOption, ...cellOptions },
  examples: [[`thynapse send hello::world '{"seq":1}'`, "prints the event's id"]],
  run: ({ channel, data, key, ...config }, context) =>
    withCell(config, context, {
      service: 'send',
      isOnce: true,
      async use(cell) {
        const { timeout } = config;
        const options = { timeout, signal: context.signal, ...(key !== undefined && { key }) };
        context.print(await cell.raw.send(channel, data?.value, options));
      },
    }),
});
