import { hostProcess } from '../process-host.js';
import { IoredisLines, type WindowOptions } from './ioredis-lines.js';

/** Answers JSON objects with themselves, with so many pops under way, through ioredis alone. */
hostProcess(async ({ url, window }: WindowOptions) => {
  const lines = await IoredisLines.connect(url, 'window__pro2req', 'window__req2pro');
  const serve = async (): Promise<never> => {
    for (;;) void lines.push(JSON.stringify(JSON.parse(await lines.pop())));
  };
  for (let i = 0; i < window; i++) void serve();
  return undefined;
});
