import { Provider } from '@syncytium/fxp';
import { partyOptions, type FxpMode } from '../fxp-mode.js';
import { hostProcess } from '../process-host.js';

interface FxpProviderOptions {
  readonly url: string;
  readonly mode: FxpMode;
  readonly service: string;
  /** As the library has it unless told. */
  readonly prefetch?: number;
}

/** Longer than any benchmark leaves a session without items. */
const timeout = '10m';

/** Answers every JSON object with itself, and, as a service of its own, bytes with how many they were. */
hostProcess(async ({ url, mode, service, prefetch }: FxpProviderOptions) => {
  const provider = await Provider.connect(url, partyOptions(mode));
  await provider.register(
    service,
    async (session) => {
      for await (const input of session) await session.push(input);
    },
    { timeout, ...(prefetch !== undefined && { prefetch }) },
  );
  await provider.register(
    `${service}-size`,
    async (session) => {
      for await (const input of session) await session.push(Buffer.from(`${input.length}`));
    },
    { timeout, codec: 'raw' },
  );
  return undefined;
});
