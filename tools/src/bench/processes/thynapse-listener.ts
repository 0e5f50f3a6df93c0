import { register } from '@syncytium/thynapse';
import { reportEvery } from '../multicast-load.js';
import { hostProcess } from '../process-host.js';

/** Listens, and reports how many events it has heard. */
hostProcess(async ({ url, index }: { readonly url: string; readonly index: number }) => {
  const cell = await register('listener', url, {
    onMissed: (count) => {
      throw new Error(`${count} events were dropped`);
    },
  });
  let heard = 0;
  await cell.all.on('load::x', () => {
    if (++heard % reportEvery === 0) cell.raw.cast('report::x', { index, heard });
  });
  return undefined;
});
