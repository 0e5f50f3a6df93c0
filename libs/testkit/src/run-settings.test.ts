import { InvalidArgumentError } from '@syncytium/kit';
import { expect, test } from 'vitest';
import { propertyRuns } from './property-runs.js';
import { runSettings, scaledRuns, scaledTimeoutMs } from './run-settings.js';

test('without variables everything runs once over', () => {
  expect(runSettings({})).toEqual({ seed: undefined, factor: 1 });
  expect(runSettings({ SYNCYTIUM_SEED: ' ', SYNCYTIUM_RUNS: '' })).toEqual({ seed: undefined, factor: 1 });
});

test('SYNCYTIUM_RUNS is a factor and SYNCYTIUM_SEED a seed', () => {
  expect(runSettings({ SYNCYTIUM_SEED: '-12', SYNCYTIUM_RUNS: '0.5' })).toEqual({ seed: -12, factor: 0.5 });
});

test('a value that is none is refused, with the variable in the message', () => {
  for (const SYNCYTIUM_SEED of ['x', '1.5', '1e99'])
    expect(() => runSettings({ SYNCYTIUM_SEED })).toThrow(InvalidArgumentError);
  for (const SYNCYTIUM_RUNS of ['x', '0', '-1', '1e7'])
    expect(() => runSettings({ SYNCYTIUM_RUNS })).toThrow(/^SYNCYTIUM_RUNS must be a factor/);
});

test('run counts and time limits grow with the factor', () => {
  const deep = { seed: undefined, factor: 20 };
  expect([scaledRuns(300, deep), scaledTimeoutMs(1000, deep)]).toEqual([6000, 20_000]);
  const shallow = { seed: undefined, factor: 0.001 };
  expect([scaledRuns(300, shallow), scaledTimeoutMs(1000, shallow)]).toEqual([1, 1000]);
  expect(scaledRuns(300, { seed: 5, factor: 20 })).toBe(1);
});

test('a property keeps its number of cases when its seed is replaced', () => {
  expect(propertyRuns(50, { seed: undefined, factor: 1 })).toEqual({ seed: 1, numRuns: 50 });
  expect(propertyRuns(50, { seed: 7, factor: 2 })).toEqual({ seed: 7, numRuns: 100 });
});
