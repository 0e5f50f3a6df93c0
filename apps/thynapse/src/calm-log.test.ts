import { systemClock, silentLog, type Clock, type Log } from '@syncytium/kit';
import { describe, expect, test } from 'vitest';
import { calmLog } from './calm-log.js';

function start() {
  let now = 0;
  const lines: unknown[] = [];
  const clock: Clock = { ...systemClock, now: () => now };
  const log: Log = { ...silentLog, warn: (message, fields) => lines.push([message, fields]) };
  return { calm: calmLog(log, clock), lines, wait: (ms: number) => void (now += ms) };
}

describe('a calm log', () => {
  test('writes the same warning once in ten seconds, and how often it was not written', () => {
    const { calm, lines, wait } = start();
    const refused = (problem: string): void => calm.warn('refused', { err: new Error(problem) });
    for (let i = 0; i < 5; i++) refused('no key');
    refused('another');
    wait(9999);
    refused('no key');
    expect(lines).toHaveLength(2);
    wait(1);
    refused('no key');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toEqual(['refused', { err: new Error('no key'), unsaid: 5 }]);
    refused('no key');
    expect(lines).toHaveLength(3);
  });

  test('tells keys apart, but no more of them than it can bear', () => {
    const { calm, lines, wait } = start();
    for (let key = 0; key < 1000; key++) calm.warn('refused a key', { publicKey: `key ${key}` });
    expect(lines).toHaveLength(101);
    wait(10_000);
    calm.warn('refused a key', { publicKey: 'key 1000' });
    expect(lines).toHaveLength(102);
  });
});
