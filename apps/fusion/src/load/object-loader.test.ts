import { expect, test } from 'vitest';
import { LineReader } from './line-reader.js';
import { ObjectLoader } from './object-loader.js';

test('a load that breaks off tells apart what is stored and what nobody knows of', async () => {
  let asked = 0;
  const loader = new ObjectLoader({
    target: {
      store: () => (++asked <= 2 ? Promise.resolve({ isOk: true, text: '' }) : Promise.reject(new Error('gone'))),
      close: () => undefined,
    },
    createReader: (sink) => new LineReader(sink),
    className: 'Person',
    batchBytes: 20,
    onRefused: () => undefined,
    onProgress: () => undefined,
  });
  async function* file(): AsyncGenerator<Buffer> {
    for (let i = 0; i < 100; i++) yield await Promise.resolve(Buffer.from('{"n":1}\n{"n":2}\n'));
  }
  await expect(loader.load(file())).rejects.toThrow('gone');
  expect([loader.stored, loader.refused]).toEqual([4, 0]);
  expect(loader.unanswered).toBe(2 * (asked - 2));
  expect(loader.unanswered).toBeGreaterThan(0);
});
