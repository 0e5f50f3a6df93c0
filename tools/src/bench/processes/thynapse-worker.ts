import { register } from '@syncytium/thynapse';
import { hostProcess } from '../process-host.js';

interface Options {
  readonly url: string;
  readonly cells: number;
  readonly capacity: number;
}

/** Cells of one service that answer every request with its data. */
hostProcess(async ({ url, cells, capacity }: Options) => {
  for (let i = 0; i < cells; i++) {
    const cell = await register('work', url, { capacity });
    await cell.on('work::echo', ({ data }) => data);
  }
  return undefined;
});
