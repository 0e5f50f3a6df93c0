import { LimitError, seededPrng } from '@syncytium/kit';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from './simulated-clock.js';
import { SimulatedNetwork, type LinkFaults, type SimulatedNode } from './simulated-network.js';
import { Trace } from './trace.js';

/** Nodes a and b; what arrives is listed as `from>to:payload`. */
function world(faults: Partial<LinkFaults> = {}, seed = 1, inFlightMax = 1000) {
  const clock = new SimulatedClock();
  const trace = new Trace({ clock });
  const network = new SimulatedNetwork<number>({
    clock,
    prng: seededPrng(seed),
    trace,
    faults,
    inFlightMax,
    describe: (payload) => `#${payload}`,
  });
  const arrived: string[] = [];
  const nodes: Record<string, SimulatedNode<number>> = {};
  for (const name of ['a', 'b', 'c']) {
    network.addNode(name, (node) => {
      nodes[name] = node;
      return { receive: (from, payload) => arrived.push(`${from}>${name}:${payload}`) };
    });
  }
  return { clock, trace, network, arrived, nodes };
}

const sendMany = (node: SimulatedNode<number> | undefined, to: string, count: number) => {
  for (let i = 0; i < count; i++) node!.send(to, i);
};

describe('a simulated network', () => {
  test('delivers everything once and in order while nothing is wrong', () => {
    const { clock, network, nodes, arrived } = world({ delayMs: [1, 100] });
    sendMany(nodes['a'], 'b', 50);
    expect([arrived.length, network.inFlight]).toEqual([0, 50]);
    clock.advance(100);
    expect(arrived).toEqual(Array.from({ length: 50 }, (_, i) => `a>b:${i}`));
    expect(network.inFlight).toBe(0);
  });

  test('loses about as many messages as it was told', () => {
    const { clock, nodes, arrived } = world({ loss: 0.5 });
    sendMany(nodes['a'], 'b', 1000);
    clock.runUntilIdle();
    expect(arrived.length).toBeGreaterThan(400);
    expect(arrived.length).toBeLessThan(600);
  });

  test('doubles messages', () => {
    const { clock, nodes, arrived } = world({ duplication: 1 });
    sendMany(nodes['a'], 'b', 3);
    clock.runUntilIdle();
    expect(arrived.sort()).toEqual(['a>b:0', 'a>b:0', 'a>b:1', 'a>b:1', 'a>b:2', 'a>b:2']);
  });

  test('lets messages overtake each other only where it was told', () => {
    const { clock, network, nodes, arrived } = world({ delayMs: [0, 100], reordering: 0.5 });
    network.setLinkFaults('a', 'c', { reordering: 0 });
    sendMany(nodes['a'], 'b', 50);
    sendMany(nodes['a'], 'c', 50);
    clock.runUntilIdle();
    const payloadsAt = (name: string) =>
      arrived.filter((line) => line.includes(`>${name}:`)).map((line) => Number(line.split(':')[1]));
    const inOrder = Array.from({ length: 50 }, (_, i) => i);
    expect(payloadsAt('c')).toEqual(inOrder);
    expect(payloadsAt('b')).not.toEqual(inOrder);
    expect(payloadsAt('b').sort((x, y) => x - y)).toEqual(inOrder);
  });

  test('carries nothing across a partition, and everything within its groups', () => {
    const { clock, network, nodes, arrived } = world();
    network.partition([['a', 'b']]);
    sendMany(nodes['a'], 'b', 1);
    sendMany(nodes['a'], 'c', 1);
    sendMany(nodes['c'], 'b', 1);
    clock.runUntilIdle();
    network.heal();
    clock.runUntilIdle();
    expect(arrived).toEqual(['a>b:0']);
    sendMany(nodes['c'], 'a', 1);
    clock.runUntilIdle();
    expect(arrived).toEqual(['a>b:0', 'c>a:0']);
  });

  test('holds messages across a partition where it was told, and delivers them in order when it heals', () => {
    const { clock, network, nodes, arrived } = world();
    network.partition([['a']], { messages: 'held' });
    sendMany(nodes['a'], 'b', 3);
    clock.runUntilIdle();
    expect([arrived, network.inFlight]).toEqual([[], 3]);
    network.heal();
    clock.runUntilIdle();
    expect(arrived).toEqual(['a>b:0', 'a>b:1', 'a>b:2']);
  });

  test('a crashed node hears, says and times nothing; what it had sent still arrives', () => {
    const { clock, network, nodes, arrived } = world({ delayMs: [10, 10] });
    nodes['b']!.clock.setTimer(5, () => expect.unreachable());
    sendMany(nodes['b'], 'a', 1);
    sendMany(nodes['a'], 'b', 1);
    network.crash('b');
    network.crash('b');
    sendMany(nodes['b'], 'c', 1);
    clock.runUntilIdle();
    expect(arrived).toEqual(['b>a:0']);
    expect([network.isUp('a'), network.isUp('b')]).toEqual([true, false]);
  });

  test('a restarted node begins anew and gets nothing that was sent to its former life', () => {
    const { clock, network, nodes, arrived } = world({ delayMs: [10, 10] });
    const formerLife = nodes['b']!;
    formerLife.clock.setTimer(5, () => expect.unreachable());
    sendMany(nodes['a'], 'b', 1);
    network.crash('b');
    network.restart('b');
    network.restart('b');
    formerLife.send('a', 7);
    nodes['a']!.send('b', 1);
    clock.runUntilIdle();
    expect(arrived).toEqual(['a>b:1']);
    expect(nodes['b']).not.toBe(formerLife);
  });

  test('a frozen node does nothing until it is thawed: then what its timers were set for, then what came', () => {
    const { clock, network, nodes, arrived } = world({ delayMs: [10, 10] });
    const { clock: own } = nodes['b']!;
    own.setTimer(20, () => arrived.push(`b at ${own.now()}`));
    own.setTimer(20, () => expect.unreachable()).cancel();
    const late = own.setTimer(30, () => expect.unreachable());
    sendMany(nodes['b'], 'a', 1);
    sendMany(nodes['a'], 'b', 2);
    network.freeze('b');
    network.freeze('b');
    clock.advance(100);
    expect(arrived).toEqual(['b>a:0']);
    expect([network.isUp('b'), network.isFrozen('b'), network.inFlight]).toEqual([true, true, 2]);
    late.cancel();
    network.thaw('b');
    network.thaw('b');
    expect(arrived).toEqual(['b>a:0', 'b at 100', 'a>b:0', 'a>b:1']);
    expect([network.isFrozen('b'), network.inFlight]).toEqual([false, 0]);
  });

  test('what came to a frozen node is lost when it crashes', () => {
    const { clock, network, nodes, arrived } = world({ delayMs: [10, 10] });
    nodes['b']!.clock.setTimer(5, () => expect.unreachable());
    sendMany(nodes['a'], 'b', 1);
    network.freeze('b');
    clock.advance(100);
    network.crash('b');
    network.restart('b');
    network.freeze('c');
    network.crash('c');
    network.freeze('c');
    clock.runUntilIdle();
    expect(arrived).toEqual([]);
    expect([network.isFrozen('b'), network.isFrozen('c'), network.inFlight]).toEqual([false, false, 0]);
  });

  test('writes down what happened', () => {
    const { clock, network, nodes, trace } = world({ delayMs: [1, 1] });
    sendMany(nodes['a'], 'b', 1);
    clock.runUntilIdle();
    network.partition([['a'], ['b']]);
    sendMany(nodes['a'], 'b', 1);
    clock.runUntilIdle();
    network.crash('b');
    expect(trace.lines()).toEqual([
      '0.000 ms  send  a -> b  #0',
      '1.000 ms  deliver  a -> b  #0',
      '1.000 ms  partition  a | b',
      '1.000 ms  send  a -> b  #0',
      '2.000 ms  lose  a -> b  #0',
      '2.000 ms  crash  b',
    ]);
  });

  test('says so when nodes talk in circles', () => {
    const { nodes } = world({}, 1, 10);
    expect(() => sendMany(nodes['a'], 'b', 11)).toThrow(LimitError);
  });

  test('refuses unknown nodes and faults that are none', () => {
    const { network, nodes } = world();
    expect(() => nodes['a']!.send('nobody', 1)).toThrow('nobody is no node');
    expect(() => network.addNode('a', () => ({ receive: () => undefined }))).toThrow('a is a node already');
    expect(() => network.setFaults({ loss: 1.1 })).toThrow('loss must be from 0 to 1');
    expect(() => network.setFaults({ delayMs: [5, 1] })).toThrow('delayMs must be a range');
  });
});
