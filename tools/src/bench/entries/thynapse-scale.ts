import { local, PatternIndex, register, TransmitterNode } from '@syncytium/thynapse';
import { memorySockets } from '@syncytium/transport/memory';
import { busyLoop } from '../busy-loop.js';
import { closedLoop } from '../closed-loop.js';
import { counted } from '../counted.js';
import type { BenchEntry, Contender } from '../entry.js';
import { withCpu } from '../with-cpu.js';

const window = 64;

/** The channels that match one pattern among more and more. */
const scalePatterns: BenchEntry = {
  name: 'thynapse/scale-patterns',
  question: 'what does it cost to find the pattern that a channel matches?',
  unit: 'channels',
  scale: { axis: 'patterns', figure: 'cpu' },
  prepare: () =>
    Promise.resolve(
      [1, 10, 100, 1000, 10_000, 100_000].flatMap((count) => [
        amongPatterns('exact', count, (i) => `shop::order-${i}::paid`),
        amongPatterns('prefix', count, (i) => `shop::order-${i}::*`),
        amongPatterns('glob', count, (i) => `shop::*::order-${i}::?aid`),
      ]),
    ),
};

function amongPatterns(series: string, count: number, patternOf: (i: number) => string): Contender {
  const index = new PatternIndex<number>();
  for (let i = 0; i < count; i++) index.add(patternOf(i), i);
  const channels = Array.from({ length: 64 }, (_, i) => {
    const order = (i * 7919) % count;
    return series === 'glob' ? `shop::eu::order-${order}::paid` : `shop::order-${order}::paid`;
  });
  let at = 0;
  const match = (): void => {
    if (index.match(channels[at++ % channels.length] ?? '').size !== 1) throw new Error('the wrong patterns matched');
  };
  return {
    name: counted(count, `${series} pattern`),
    role: 'ours',
    at: { series, x: count },
    run: (seconds) => Promise.resolve(busyLoop(seconds, 64, match)),
  };
}

/** Requests that one of more and more cells answers, all parties in one process, without sockets. */
const scaleCells: BenchEntry = {
  name: 'thynapse/scale-cells',
  question: `what does a request cost all parties that one of so many cells answers, with ${window} under way?`,
  unit: 'requests',
  scale: { axis: 'cells', figure: 'cpu' },
  prepare: () => Promise.all([1, 4, 16, 64, 256].map(amongCells)),
};

async function amongCells(count: number): Promise<Contender> {
  const hub = local();
  for (let i = 0; i < count; i++) {
    const cell = await hub.register('worker', { capacity: window });
    await cell.on('work::do', () => 'done');
  }
  const asker = await hub.register('asker');
  const ask = async (): Promise<void> => {
    await asker.request('work::do', { size: 12 });
  };
  return {
    name: counted(count, 'cell'),
    role: 'ours',
    at: { series: 'one of the cells answers', x: count },
    run: (seconds) => withCpu(() => closedLoop(seconds, ask, window)),
    close: () => hub.close(),
  };
}

/** Events that a listener at every transmitter hears, the transmitters in a row, all in one process, without sockets. */
const scaleTransmitters: BenchEntry = {
  name: 'thynapse/scale-transmitters',
  question: 'what does a confirmed event cost all parties that one listener at each of so many transmitters hears?',
  unit: 'events',
  scale: { axis: 'transmitters', figure: 'cpu' },
  prepare: () => Promise.all([1, 2, 3, 4, 5].map(acrossTransmitters)),
};

async function acrossTransmitters(count: number): Promise<Contender> {
  const sockets = memorySockets();
  const nodes: TransmitterNode[] = [];
  for (let i = 0; i < count; i++) {
    const before = nodes.at(-1);
    const peers = before ? { peers: [before.event] } : {};
    const node = new TransmitterNode({ sockets, command: `command-${i}`, event: `event-${i}`, ...peers });
    await node.start();
    nodes.push(node);
  }
  const cells = await Promise.all(nodes.map(({ command }) => register('listener', command, { sockets })));
  let heard = 0;
  let whenAllHeard = (): void => undefined;
  for (const cell of cells)
    await cell.all.on('news::*', () => {
      if (++heard === cells.length) whenAllHeard();
    });
  const sender = await register('sender', nodes[0]?.command ?? '', { sockets });
  const tell = async (): Promise<void> => {
    heard = 0;
    const all = new Promise<void>((resolve) => (whenAllHeard = resolve));
    await sender.raw.send('news::today', { size: 12 }, { confirm: true });
    await all;
  };
  return {
    name: counted(count, 'transmitter'),
    role: 'ours',
    at: { series: 'one event at a time', x: count },
    run: (seconds) => withCpu(() => closedLoop(seconds, tell)),
    async close() {
      await Promise.all([sender, ...cells].map((cell) => cell.close()));
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

export const thynapseScale: readonly BenchEntry[] = [scalePatterns, scaleCells, scaleTransmitters];
