import { Requestor } from '@syncytium/fxp';
import { openOptions, partyOptions, type FxpMode } from '../fxp-mode.js';
import { hostProcess } from '../process-host.js';
import { checkAnswer, smallItems } from '../small-item.js';

interface FxpStreamerOptions {
  readonly url: string;
  readonly mode: FxpMode;
  readonly service: string;
  readonly window: number;
}

/** A stream of 100-byte JSON objects, of which so many are without an answer at once. */
hostProcess(async ({ url, mode, service, window }: FxpStreamerOptions) => {
  const requestor = await Requestor.connect(url, partyOptions(mode));
  return async (seconds) => {
    await using session = await requestor.open(service, openOptions(mode));
    const began = performance.now();
    let operations = 0;
    for await (const answer of session.stream(smallItems(seconds), { window })) checkAnswer(answer, operations++);
    return { operations, seconds: (performance.now() - began) / 1000 };
  };
});
