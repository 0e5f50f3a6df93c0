import { register } from '@syncytium/thynapse';
import { multicastLoad, plainText, type Pace } from '../multicast-load.js';
import { hostProcess } from '../process-host.js';

interface Options extends Pace {
  readonly url: string;
  readonly bytes: number;
  readonly listeners: number;
  /** Sends bytes, and not texts. */
  readonly isBytes: boolean;
}

/** Publishes events that nobody confirms. */
hostProcess(async ({ url, isBytes, ...load }: Options) => {
  const cell = await register('publisher', url);
  const bytes = Buffer.from(plainText(load.bytes));
  return multicastLoad({
    ...load,
    publish: (text) => cell.raw.cast('load::x', isBytes ? bytes : text),
    onReport: async (report) => {
      await cell.all.on('report::x', (event) => {
        const { index, heard } = event.data as { readonly index: number; readonly heard: number };
        report(index, heard);
      });
    },
  });
});
