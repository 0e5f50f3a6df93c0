import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytes, frames, json, name, text } from './arbitraries.js';
import { propertyRuns } from './property-runs.js';

test('JSON values survive a round trip through text', () => {
  fc.assert(
    fc.property(json(), (value) => {
      expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    }),
    propertyRuns(300),
  );
});

test('JSON values include an own key named __proto__', () => {
  const hasProtoKey = (value: unknown): boolean => JSON.stringify(value).includes('"__proto__":');
  expect(fc.sample(json(), { ...propertyRuns(3000), seed: 1 }).some(hasProtoKey)).toBe(true);
});

test('texts are well formed and within their length', () => {
  fc.assert(
    fc.property(text(10), (value) => {
      expect(Buffer.from(value, 'utf8').toString('utf8')).toBe(value);
      expect(Array.from(value).length).toBeLessThanOrEqual(10);
    }),
    propertyRuns(300),
  );
});

test('names look like names, bytes and frames keep their limits', () => {
  fc.assert(
    fc.property(name(), bytes(5), frames(3), (oneName, someBytes, someFrames) => {
      expect(oneName).toMatch(/^[a-z][a-z0-9_-]{0,19}$/);
      expect(someBytes.length).toBeLessThanOrEqual(5);
      expect(someFrames.length).toBeGreaterThanOrEqual(1);
      expect(someFrames.length).toBeLessThanOrEqual(3);
    }),
    propertyRuns(100),
  );
});
