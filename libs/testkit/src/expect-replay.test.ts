import { describe, expect, test } from 'vitest';
import { expectReplay } from './expect-replay.js';

describe('a check of replay', () => {
  test('passes where the seed decides all', async () => {
    await expectReplay(({ prng, trace }) => trace.note(`${prng.uint32()}`));
  });

  test('finds a run that takes chance from elsewhere', async () => {
    let runs = 0;
    await expect(expectReplay(({ trace }) => trace.note(`${runs++}`))).rejects.toThrow('one seed gave two runs');
  });

  test('finds runs that the seed does not change', async () => {
    await expect(expectReplay(({ trace }) => trace.note('the same'))).rejects.toThrow('two seeds gave the same run');
  });
});
