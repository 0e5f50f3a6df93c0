import { Provider, Requestor } from '@syncytium/fxp';
import { measureCalls } from '../measure-calls.js';
import { hostProcess } from '../process-host.js';

const target = 'memory:';

/** A provider and a requestor in one process, over the broker in it. */
hostProcess(async () => {
  const provider = await Provider.connect(target);
  await provider.register('echo', async (session) => {
    for await (const input of session) await session.push(input);
  });
  const requestor = await Requestor.connect(target);
  return async (seconds) => {
    await using session = await requestor.open('echo');
    const measure = measureCalls({}, (item) => session.call({ ...item }));
    return await measure(seconds);
  };
});
