import { Requestor } from '@syncytium/fxp';
import { openOptions, partyOptions, type FxpMode } from '../fxp-mode.js';
import { hostProcess } from '../process-host.js';
import { sendPayloads, type PayloadOptions } from '../send-payloads.js';

interface FxpPayloadOptions extends PayloadOptions {
  readonly mode: FxpMode;
  readonly service: string;
}

/** Pushes big payloads as they are, one after the other; the provider answers with how many bytes each had. */
hostProcess(async ({ url, mode, service, bytes }: FxpPayloadOptions) => {
  const requestor = await Requestor.connect(url, partyOptions(mode));
  // One for all rounds: a plain one is not known to have ended, and its service function would keep its last payload.
  const session = await requestor.open(`${service}-size`, { ...openOptions(mode), timeout: '60s', codec: 'raw' });
  return (seconds) => sendPayloads(bytes, seconds, async (payload) => Number(Buffer.from(await session.call(payload))));
});
