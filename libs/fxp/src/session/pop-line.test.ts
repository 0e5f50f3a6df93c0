import type { BrokerConnection } from '@syncytium/transport';
import { MemoryBroker } from '@syncytium/transport/memory';
import { expect, test } from 'vitest';
import { PopLine } from './pop-line.js';

const key = 's__X__req2pro';

interface Popping {
  readonly line: PopLine;
  /** Pops as the line thinks best, until so many items have come; resolves with how many each time asked for. */
  readonly take: (items: number) => Promise<number[]>;
}

function popping(broker: MemoryBroker, connection: BrokerConnection): Popping {
  let got = 0;
  let onIdle = (): void => undefined;
  const line = new PopLine({
    broker,
    connection,
    key,
    holder: undefined,
    expiryMs: 1000,
    onItem: () => got++,
    onIdle: () => onIdle(),
    onError: () => undefined,
  });
  return {
    line,
    async take(items) {
      const sizes: number[] = [];
      for (const end = got + items; got < end;) {
        sizes.push(line.batchSize);
        await new Promise<void>((resolve) => {
          onIdle = resolve;
          line.pop(line.batchSize);
        });
      }
      return sizes;
    },
  };
}

test('a line asks ever more seldom for several items where there is never more than one', async () => {
  const broker = new MemoryBroker();
  const { line, take } = popping(broker, await broker.connect());
  const several: number[] = [];
  for (let i = 0; i < 100; i++) {
    await broker.lpush(key, 'one');
    const [size = 0] = await take(1);
    if (size > 1) several.push(i);
  }
  expect(several).toEqual([1, 4, 8, 14, 24, 42, 60, 78, 96]);
  await line.close();
  await broker.close();
});

test('a line asks for ever more items while there are that many', async () => {
  const broker = new MemoryBroker();
  const { line, take } = popping(broker, await broker.connect());
  await broker.lpush(key, ...Array.from({ length: 191 }, () => 'one'));
  expect(await take(191)).toEqual([1, 2, 4, 8, 16, 32, 64, 64]);
  await line.close();
  await broker.close();
});
