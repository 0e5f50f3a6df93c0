import { settle } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { Negotiations } from './negotiations.js';

describe('negotiations', () => {
  test('about one name come one after the other, and repetitions are one', async () => {
    const negotiations = new Negotiations(10);
    const finish: (() => void)[] = [];
    const work = (): Promise<void> => new Promise((resolve) => finish.push(resolve));
    for (let i = 0; i < 3; i++) expect(negotiations.begin('a', work)).toBe(true);
    expect(finish).toHaveLength(1);
    finish[0]?.();
    await settle();
    expect(finish).toHaveLength(2);
    finish[1]?.();
    await settle();
    expect(finish).toHaveLength(2);
    negotiations.begin('a', work);
    expect(finish).toHaveLength(3);
  });

  test('about so many names at once are refused', async () => {
    const negotiations = new Negotiations(1);
    let finish = (): void => undefined;
    expect(negotiations.begin('a', () => new Promise((resolve) => (finish = resolve)))).toBe(true);
    expect(negotiations.begin('b', () => Promise.resolve())).toBe(false);
    finish();
    await settle();
    expect(negotiations.begin('b', () => Promise.resolve())).toBe(true);
  });
});
