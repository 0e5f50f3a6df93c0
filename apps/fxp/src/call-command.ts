import { Requestor, type JsonObject } from '@syncytium/fxp';
import { defineCommand, duration, requiredText, text, UsageError } from '@syncytium/program';
import { redisSetting } from './settings.js';

/** `fxp call`: one session with one call. */
export const callCommand = defineCommand({
  name: 'call',
  summary: 'opens a session with a service, sends one input and prints the output',
  arguments: {
    service: requiredText({ help: 'the service' }),
    input: requiredText({ help: 'a JSON object' }),
  },
  options: {
    redis: redisSetting,
    id: text({ placeholder: 'ID', help: "the session's id, random unless given" }),
    timeout: duration({ help: 'longest wait for the output', default: '10s' }),
  },
  examples: [[`fxp call json_echo '{"hello":"world"}'`, 'prints {"hello":"world"} while fxp echo runs']],
  run: async ({ service, input, redis, id, timeout }, { log, clock, prng, print, signal }) => {
    const item = parseObject(input);
    await using requestor = await Requestor.connect(redis, { log, clock, prng });
    await using session = await requestor.open(service, { timeout, ...(id !== undefined && { id }) });
    print(JSON.stringify(await session.call(item, { signal })));
    return 0;
  },
});

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Told below, like any other text that is no object.
  }
  throw new UsageError(`argument input of fxp call must be a JSON object, got '${text.slice(0, 100)}'`, 'input');
}
