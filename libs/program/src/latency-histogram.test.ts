import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from './latency-histogram.js';

describe('percentiles', () => {
  test('are right to two percent, from a microsecond to minutes', () => {
    const histogram = new LatencyHistogram();
    for (let ms = 1; ms <= 1000; ms++) histogram.record(ms);
    for (const [percent, ms] of [
      [50, 500],
      [99, 990],
      [99.9, 999],
      [100, 1000],
    ] as const) {
      expect(histogram.percentile(percent)).toBeGreaterThanOrEqual(ms * 0.999);
      expect(histogram.percentile(percent)).toBeLessThan(ms * 1.02);
    }
    expect(histogram.count).toBe(1000);
  });

  test('bear what is shorter or longer than can be told', () => {
    const histogram = new LatencyHistogram();
    histogram.record(0);
    expect(histogram.percentile(50)).toBe(0.001);
    histogram.record(1e12);
    expect(histogram.percentile(100)).toBeGreaterThan(1e6);
    expect(new LatencyHistogram().percentile(50)).toBeNaN();
  });
});
