import { register } from '@syncytium/thynapse';
import { multicastLoad } from '../multicast-load.js';
import { hostProcess } from '../process-host.js';

interface Options {
  readonly url: string;
  readonly bytes: number;
  readonly listeners: number;
}

/** Publishes texts that nobody confirms. */
hostProcess(async ({ url, bytes, listeners }: Options) => {
  const cell = await register('publisher', url);
  const data = 'x'.repeat(bytes);
  return multicastLoad({
    bytes,
    listeners,
    publish: () => cell.raw.cast('load::x', data),
    onReport: async (report) => {
      await cell.all.on('report::x', (event) => {
        const { index, heard } = event.data as { readonly index: number; readonly heard: number };
        report(index, heard);
      });
    },
  });
});
