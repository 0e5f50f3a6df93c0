import { durationMs } from '@syncytium/kit';
import { connectNetsync } from '@syncytium/netsync/client';
import { defineCommand, integer, requiredText, text, UsageError, type Setting } from '@syncytium/program';
import { reconnect, serverUrl } from './server-url.js';

/** As the server takes it; empty: no limit. */
const optionalDuration: Setting<string> = {
  ...text({
    help: 'longest wait, such as 250ms, 30s, 5m or 1h',
    placeholder: 'TIME',
    default: '',
    defaultText: 'none',
  }),
  parse(value) {
    if (value === '') return value;
    try {
      durationMs(value, 'it');
      return value;
    } catch {
      throw new Error('must be a time such as 250ms, 30s, 5m or 1h, up to 24.8 days');
    }
  },
};

/** `netsync send`: one request. */
export const sendCommand = defineCommand({
  name: 'send',
  summary: "asks a running server, waits for the mates and prints everybody's payload",
  arguments: { event: requiredText({ help: 'the event' }) },
  options: {
    actor: text({ help: 'who asks (required)', placeholder: 'NAME' }),
    payload: text({ help: 'text that every participant is told', default: '' }),
    mates: integer({ help: 'how many others there must be', default: 1, min: 0, max: 1_000_000 }),
    labels: text({ help: 'what others can select by', placeholder: 'K=V,...', default: '', defaultText: 'actor=NAME' }),
    selector: text({ help: 'whose labels are accepted', default: '', defaultText: 'actor!=NAME' }),
    timeout: optionalDuration,
    server: serverUrl,
  },
  examples: [
    ['netsync send choc --actor CUST --payload please', 'waits for another actor on event choc'],
    ['netsync send go --actor a --mates 2 --timeout 10s', 'waits for two others, 10 seconds at most'],
  ],
  run: async ({ event, actor, server, ...params }, { print, signal, clock, prng }) => {
    if (actor === undefined) throw new UsageError('--actor is needed', '--actor');
    const client = await connectNetsync(server, { signal, clock, prng, reconnect });
    try {
      const { payloads } = await client.send({ event, actor, ...params, signal });
      print(JSON.stringify({ payloads }));
    } finally {
      client.close();
    }
    return 0;
  },
});
