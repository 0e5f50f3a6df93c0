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

test('what was never counted is a zero, with its labels', async () => {
  const metrics = createMetrics();
  metrics.counter({ name: 'left_total', help: 'left', labels: { reason: 'closed' } });
  expect(await metrics.render()).toContain('left_total{reason="closed"} 0');
});

test('a histogram has every observation in its bucket and those above, by labels', async () => {
  const metrics = createMetrics();
  const spec = { name: 'wait_seconds', help: 'waits', buckets: [0.5, 1] };
  const left = metrics.histogram({ ...spec, labels: { side: 'left' } });
  for (const seconds of [0.5, 0.6, 7]) left.observe(seconds);
  metrics.histogram({ ...spec, labels: { side: 'left' } }).observe(0);
  metrics.histogram({ ...spec, labels: { side: 'right' } }).observe(2);
  expect(() => left.observe(NaN)).toThrow();
  const lines = (await metrics.render()).split('\n').filter((line) => line.startsWith('wait_seconds'));
  expect(lines).toEqual([
    'wait_seconds_bucket{le="0.5",side="left"} 2',
    'wait_seconds_bucket{le="1",side="left"} 3',
    'wait_seconds_bucket{le="+Inf",side="left"} 4',
    'wait_seconds_sum{side="left"} 8.1',
    'wait_seconds_count{side="left"} 4',
    'wait_seconds_bucket{le="0.5",side="right"} 0',
    'wait_seconds_bucket{le="1",side="right"} 0',
    'wait_seconds_bucket{le="+Inf",side="right"} 1',
    'wait_seconds_sum{side="right"} 2',
    'wait_seconds_count{side="right"} 1',
  ]);
});

test('a counter asked for twice counts on, between scrapes and after', async () => {
  const metrics = createMetrics();
  const spec = { name: 'items_total', help: 'items' };
  metrics.counter(spec).inc(2);
  expect(await metrics.render()).toContain('items_total 2');
  metrics.counter(spec).inc();
  metrics.counter(spec).inc();
  expect(await metrics.render()).toContain('items_total 4');
  expect(() => metrics.counter(spec).inc(-1)).toThrow();
});

test('reads an observed counter when it is scraped, one value for each set of labels', async () => {
  const metrics = createMetrics();
  let served = 0;
  metrics.observedCounter({ name: 'served_total', help: 'served', labels: { event: 'a' } }, () => served);
  metrics.observedCounter({ name: 'served_total', help: 'served', labels: { event: 'b' } }, () => 10 * served);
  expect(await metrics.render()).toContain('served_total{event="a"} 0');
  served = 5;
  const text = await metrics.render();
  expect(text).toContain('# TYPE served_total counter');
  expect(text).toContain('served_total{event="a"} 5');
  expect(text).toContain('served_total{event="b"} 50');
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
