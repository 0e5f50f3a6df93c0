import { Requestor, type Session } from '@syncytium/fxp';
import { defineCommand, duration, integer, requiredText, text, toggle, UsageError } from '@syncytium/program';
import { jsonLines } from './json-lines.js';
import { parseJsonObject } from './json-object.js';
import { partyOptions, partySettings } from './party-settings.js';

/** The input that stands for the lines of the standard input. */
const fromStdin = '-';

/** `fxp call`: one session, with one call or with one for each line of the standard input. */
export const callCommand = defineCommand({
  name: 'call',
  summary: 'opens a session with a service, sends inputs and prints the outputs',
  arguments: {
    service: requiredText({ help: 'the service' }),
    input: requiredText({ help: 'a JSON object; - for one in each line of the standard input' }),
  },
  options: {
    ...partySettings,
    id: text({ placeholder: 'ID', help: "the session's id", defaultText: 'random' }),
    timeout: duration({ help: 'longest wait for an output; 0s for ever', default: '10s' }),
    claimTimeout: duration({ help: 'longest wait for a provider to take the session; 0s for ever', default: '5s' }),
    sessionTimeout: duration({ help: 'longest life of the session; 0s for ever', default: '0s' }),
    acknowledge: toggle({ help: 'has an input served by another provider when its provider dies' }),
    window: integer({ help: 'of many inputs, how many may be unanswered at once', default: 1, min: 1, max: 10_000 }),
  },
  examples: [
    [`fxp call json_echo '{"hello":"world"}'`, 'prints {"hello":"world"} while fxp echo runs'],
    ['fxp call json_echo - --window 64 < inputs.ndjson', 'one output for each line, in their order'],
  ],
  run: async ({ service, input, ...config }, context) => {
    const { print, signal } = context;
    const { id, timeout, claimTimeout, sessionTimeout, acknowledge, window } = config;
    const item = input === fromStdin ? undefined : parseJsonObject(input);
    if (!item && input !== fromStdin)
      throw new UsageError(
        `argument input of fxp call must be a JSON object or -, got '${input.slice(0, 100)}'`,
        'input',
      );
    if (acknowledge && config.plain)
      throw new UsageError(
        '--acknowledge cannot be had with --plain: the original protocol does not know it',
        '--plain',
      );
    await using requestor = await Requestor.connect(config.redis, partyOptions(config, context));
    const times = { timeout, claimTimeout, sessionTimeout };
    await using session: Session = await requestor.open(service, {
      ...times,
      acknowledge,
      signal,
      ...(id !== undefined && { id }),
    });
    if (item) print(JSON.stringify(await session.call(item, { signal })));
    else
      for await (const output of session.stream(jsonLines(process.stdin, 'standard input'), { window, signal }))
        print(JSON.stringify(output));
    return 0;
  },
});
