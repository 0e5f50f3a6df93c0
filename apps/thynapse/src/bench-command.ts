import {
  defineCommand,
  duration,
  integer,
  measuredTable,
  type CommandContext,
  type Measured,
} from '@syncytium/program';
import { measureNetwork, type MeasureOptions } from './measure-network.js';
import { cellOptions } from './settings.js';
import { withCell, type CellUse } from './with-cell.js';

/** `thynapse bench`: how fast the user's own network is. */
export const benchCommand = defineCommand({
  name: 'bench',
  summary: 'measures how many events a running transmitter carries and how long they take, with cells of its own',
  arguments: {},
  options: {
    time: duration({ help: 'how long each of the four kinds is measured', default: '2s', min: '10ms' }),
    size: integer({ help: 'length of the data, in characters', default: 256, min: 0, max: 1_000_000 }),
    ...cellOptions,
  },
  examples: [
    ['thynapse bench', 'four lines with events per second and percentiles, after eight seconds'],
    ['thynapse bench --size 4096 --transmitter bus.local:5454', 'with 4 KB of data, on another machine'],
  ],
  run: ({ time, size, ...config }, context) => {
    const join = (service: string, use: CellUse['use']): Promise<number> =>
      withCell(config, context, { service, capacity: capacityOfWorker, isOnce: true, use });
    return join('bench-sender', async (sender) => {
      await join('bench-listener', async (listener) => {
        await join('bench-worker', (worker) =>
          measureAll({ sender, listener, worker, size, durationMs: time }, context),
        );
      });
    });
  },
});

/** More than are under way at once: the worker is not what is measured. */
const capacityOfWorker = 1000;

async function measureAll(
  options: Omit<MeasureOptions, 'clock' | 'signal'>,
  { clock, signal, log, print }: CommandContext,
): Promise<void> {
  const all: Measured[] = [];
  for await (const measured of measureNetwork({ ...options, clock, signal })) {
    log.info('measured', { what: measured.what, perSecond: Math.round(measured.perSecond) });
    all.push(measured);
  }
  for (const line of measuredTable(`${options.size} characters`, 'events', all)) print(line);
}
