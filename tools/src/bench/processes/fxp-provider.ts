import { Provider } from '@syncytium/fxp';
import { hostProcess } from '../process-host.js';

interface FxpProviderOptions {
  readonly url: string;
}

/** Longer than any benchmark leaves a session without items. */
const timeout = '10m';

/** Answers every JSON object with itself, and bytes with how many they were. */
hostProcess(async ({ url }: FxpProviderOptions) => {
  const provider = await Provider.connect(url);
  await provider.register(
    'echo',
    async (session) => {
      for await (const input of session) await session.push(input);
    },
    { timeout },
  );
  await provider.register(
    'size',
    async (session) => {
      for await (const input of session) await session.push(Buffer.from(`${input.length}`));
    },
    { timeout, codec: 'raw' },
  );
  return undefined;
});
