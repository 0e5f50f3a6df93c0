import { expect, test } from 'vitest';
import { createMetrics } from './prometheus.js';

test('renders counters, gauges and histograms with their labels', async () => {
  const metrics = createMetrics();
  metrics.counter({ name: 'items_total', help: 'items', labels: { kind: 'a' } }).inc(2);
  metrics.counter({ name: 'items_total', help: 'items', labels: { kind: 'b' } }).inc();
  metrics.gauge({ name: 'depth', help: 'depth' }).set(7);
  metrics.histogram({ name: 'wait_seconds', help: 'waits', buckets: [1, 2] }).observe(1.5);
  const text = await metrics.render();
  expect(text).toContain('items_total{kind="a"} 2');
  expect(text).toContain('items_total{kind="b"} 1');
  expect(text).toContain('depth 7');
  expect(text).toContain('wait_seconds_bucket{le="1"} 0');
  expect(text).toContain('wait_seconds_bucket{le="2"} 1');
});

test('reads an observed gauge when it is scraped, one value for each set of labels', async () => {
  const metrics = createMetrics();
  let pending = 1;
  metrics.observedGauge({ name: 'pending', help: 'pending', labels: { event: 'a' } }, () => pending);
  metrics.observedGauge({ name: 'pending', help: 'pending', labels: { event: 'b' } }, () => 10 * pending);
  pending = 5;
  const text = await metrics.render();
  expect(text).toContain('pending{event="a"} 5');
  expect(text).toContain('pending{event="b"} 50');
});

test('reports the process only when asked', async () => {
  expect(await createMetrics().render()).not.toContain('process_cpu');
  expect(await createMetrics({ process: true }).render()).toContain('process_cpu');
});
