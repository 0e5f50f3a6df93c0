import { seededPrng } from '@syncytium/kit';
import { expect, test } from 'vitest';
import { SimulatedClock } from './simulated-clock.js';
import { SimulatedNetwork } from './simulated-network.js';
import { Trace } from './trace.js';
import { unleashFaults } from './unleash-faults.js';

test('nodes crash and restart, links part and heal, and in the end everything is whole', () => {
  const clock = new SimulatedClock();
  const trace = new Trace({ clock });
  const prng = seededPrng(3);
  const network = new SimulatedNetwork<string>({ clock, prng, trace });
  const nodes = ['a', 'b', 'c'];
  const starts: string[] = [];
  for (const name of nodes) {
    network.addNode(name, () => {
      starts.push(name);
      return { receive: () => undefined };
    });
  }
  unleashFaults(network, {
    clock,
    prng,
    forMs: 10_000,
    crashes: { nodes: ['a', 'b'], everyMs: [100, 500], downMs: [50, 2000] },
    partitions: { nodes, everyMs: [500, 1000], lastingMs: [100, 300] },
  });
  clock.advance(10_000);
  const happened = (kind: string) => trace.lines().filter((line) => line.includes(`  ${kind}`)).length;
  expect(happened('crash')).toBeGreaterThan(5);
  expect(happened('restart')).toBe(happened('crash'));
  expect(happened('partition')).toBeGreaterThan(5);
  expect(nodes.map((name) => network.isUp(name))).toEqual([true, true, true]);
  expect(starts.filter((name) => name === 'c')).toHaveLength(1);
  expect(clock.pending).toBe(0);
  expect(trace.lines().at(-1)).not.toContain('partition');
});
