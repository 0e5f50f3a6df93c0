import { hostProcess } from '../process-host.js';
import { checkAnswer, smallItems } from '../small-item.js';
import { IoredisLines, type WindowOptions } from './ioredis-lines.js';

/** Keeps so many 100-byte JSON objects without an answer, through ioredis alone. */
hostProcess(async ({ url, window }: WindowOptions) => {
  const lines = await IoredisLines.connect(url, 'window__req2pro', 'window__pro2req');
  return async (seconds) => {
    const items = smallItems(seconds);
    const began = performance.now();
    let operations = 0;
    const keepOneUnderWay = async (): Promise<void> => {
      for (const item of items) {
        void lines.push(JSON.stringify(item));
        // Pops are answered in the order of the pushes.
        const answer = JSON.parse(await lines.pop()) as unknown;
        checkAnswer(answer, operations++);
      }
    };
    await Promise.all(Array.from({ length: window }, keepOneUnderWay));
    return { operations, seconds: (performance.now() - began) / 1000 };
  };
});
