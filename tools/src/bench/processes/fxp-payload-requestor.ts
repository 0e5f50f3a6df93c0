import { Requestor } from '@syncytium/fxp';
import { hostProcess } from '../process-host.js';
import { sendPayloads, type PayloadOptions } from '../send-payloads.js';

/** Pushes big payloads as they are, one after the other; the provider answers with how many bytes each had. */
hostProcess(async ({ url, bytes }: PayloadOptions) => {
  const requestor = await Requestor.connect(url);
  return async (seconds) => {
    await using session = await requestor.open('size', { timeout: '60s', codec: 'raw' });
    return await sendPayloads(bytes, seconds, async (payload) => Number(Buffer.from(await session.call(payload))));
  };
});
