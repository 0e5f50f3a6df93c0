import { defineCommand, requiredText, text, UsageError } from '@syncytium/program';
import { cellOptions } from './settings.js';
import { withCell } from './with-cell.js';

/** `thynapse send`: one event. */
export const sendCommand = defineCommand({
  name: 'send',
  summary: 'sends one event and waits until the transmitter has accepted it',
  arguments: {
    channel: requiredText({ help: 'the channel, such as hello::world' }),
    data: text({ help: 'the data, as JSON' }),
  },
  options: cellOptions,
  examples: [[`thynapse send hello::world '{"seq":1}'`, "prints the event's id"]],
  run: ({ channel, data, ...config }, context) => {
    const value = data === undefined ? undefined : parse(data);
    return withCell(config, context, {
      service: 'send',
      async use(cell) {
        const { timeout } = config;
        context.print(await cell.raw.send(channel, value, { timeout, signal: context.signal }));
      },
    });
  },
});

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new UsageError(`argument data of thynapse send must be JSON, got '${data.slice(0, 100)}'`, 'data');
  }
}
