import { Requestor } from '@syncytium/fxp';
import { defineCommand, duration, integer, requiredText, text, toggle, type Setting } from '@syncytium/program';
import { partyOptions, partySettings } from './party-settings.js';
import type { Difference } from './recording/find-differences.js';
import { readRecording } from './recording/read-recording.js';
import { replay } from './recording/replay.js';

const tolerance: Setting<number> = {
  placeholder: 'NUMBER',
  help: 'how far numbers may be apart: by so much, or so much of the larger one where that is beyond 1',
  default: 0,
  parse(value) {
    const number = /^\d*\.?\d+(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : NaN;
    if (!(number >= 0 && number < Infinity)) throw new Error('must be a number of at least 0, such as 1e-9');
    return number;
  },
};

/** Longest value that is shown, in characters. */
const shownMax = 60;

/** `fxp replay`: a recording's requestor against a provider. */
export const replayCommand = defineCommand({
  name: 'replay',
  summary: "plays a recording's requestor against a provider, and compares the outputs; exit code 1 where they differ",
  arguments: {
    file: requiredText({ help: 'what fxp record has written' }),
    service: text({ help: 'the service that is to answer', defaultText: 'the recorded one' }),
  },
  options: {
    ...partySettings,
    id: text({ placeholder: 'ID', help: "the session's id", defaultText: 'random' }),
    tolerance,
    realtime: toggle({ help: 'says inputs at the times of the recording, not as soon as it can' }),
    msgpack: toggle({ help: 'items are MessagePack' }),
    differences: integer({ help: 'stops after so many differences', default: 10, min: 1, max: 1_000_000 }),
    timeout: duration({ help: 'longest wait for an output; 0s for ever', default: '10s' }),
  },
  examples: [
    ['fxp replay shot-170.ndjson', 'against the service that was recorded'],
    ['fxp replay shot-170.ndjson controller_2 --tolerance 1e-9', 'against another one, with rounding allowed'],
  ],
  run: async ({ file, service, id, timeout, differences: differencesMax, ...config }, context) => {
    const { clock, print, signal } = context;
    const { header, events } = await readRecording(file);
    await using requestor = await Requestor.connect(config.redis, partyOptions(config, context));
    const target = service ?? header.service;
    await using session = await requestor.open(target, {
      codec: 'raw',
      timeout,
      signal,
      ...(id !== undefined && { id }),
    });
    const { inputs, outputs, differences } = await replay(session, events, {
      clock,
      tolerance: config.tolerance,
      differencesMax,
      isRealtime: config.realtime,
      isMsgpack: config.msgpack,
      signal,
      onDifference: (output, difference) => print(`output ${output}: ${describe(difference)}`),
    });
    const found =
      differences === 0 ? 'no differences' : differences === 1 ? '1 difference' : `${differences} differences`;
    const isCutShort = differences >= differencesMax ? ', and stopped there' : '';
    print(`replayed ${inputs} inputs to ${target}, compared ${outputs} outputs: ${found}${isCutShort}`);
    return differences === 0 ? 0 : 1;
  },
});

function describe({ path, expected, actual }: Difference): string {
  return `${path} is ${show(actual)}, was ${show(expected)}`;
}

function show(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length <= shownMax ? text : `${text.slice(0, shownMax)}...`;
}
