import { defineCommand, toggle } from '@syncytium/program';
import type { ThynapseEvent } from '@syncytium/thynapse';
import { dataJson, eventJson } from './event-json.js';
import { cellOptions, patternArgument } from './settings.js';
import { interrupted, withCell } from './with-cell.js';

/** `thynapse watch`: prints events as they come. */
export const watchCommand = defineCommand({
  name: 'watch',
  summary: 'prints the events of all channels that match, until it is interrupted',
  arguments: { pattern: patternArgument("channels: hello::world, 'hello::*', 'say::*::world'") },
  options: {
    ...cellOptions,
    full: toggle({ help: 'print each event as one JSON object with all its fields, not only channel and data' }),
  },
  examples: [
    ["thynapse watch 'hello::*'", 'prints lines such as hello::world {"seq":1}'],
    ["thynapse watch 'thynapse::dead::*' --full", 'dead letters of all services'],
  ],
  run: ({ pattern, full, ...config }, context) =>
    withCell(config, context, {
      service: 'watch',
      isOnce: false,
      async use(cell) {
        await cell.all.on(pattern, (event) => context.print(full ? eventJson(event) : brief(event)));
        context.log.info('watching', { pattern, transmitter: config.transmitter });
        await interrupted(context.signal);
      },
    }),
});

function brief(event: ThynapseEvent): string {
  const data = dataJson(event);
  return data === undefined ? event.channel : `${event.channel} ${data}`;
}
