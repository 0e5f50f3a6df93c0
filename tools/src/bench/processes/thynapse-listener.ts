import { register } from '@syncytium/thynapse';
import { MulticastListener } from '../multicast-listener.js';
import { hostProcess } from '../process-host.js';

interface Options {
  readonly url: string;
  readonly index: number;
  readonly bytes: number;
  readonly isStamped: boolean;
}

/** Listens, reads the data, and reports how many events it has heard. */
hostProcess(async ({ url, index, bytes, isStamped }: Options) => {
  const cell = await register('listener', url, {
    onMissed: (count) => {
      throw new Error(`${count} events were dropped`);
    },
  });
  const listener = new MulticastListener(bytes, (heard) => cell.raw.cast('report::x', { index, heard }));
  await cell.all.on('load::x', ({ data }) => {
    if (isStamped) listener.hearStamped(data as string);
    else listener.hear(data as string);
  });
  return listener.measure;
});
