import { register } from '@syncytium/thynapse';
import { multicastLoad, type Pace } from '../multicast-load.js';
import { hostProcess } from '../process-host.js';

interface Options extends Pace {
  readonly url: string;
  readonly bytes: number;
  readonly listeners: number;
}

/** Publishes texts that nobody confirms. */
hostProcess(async ({ url, ...load }: Options) => {
  const cell = await register('publisher', url);
  return multicastLoad({
    ...load,
    publish: (text) => cell.raw.cast('load::x', text),
    onReport: async (report) => {
      await cell.all.on('report::x', (event) => {
        const { index, heard } = event.data as { readonly index: number; readonly heard: number };
        report(index, heard);
      });
    },
  });
});
