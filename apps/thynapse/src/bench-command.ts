import { defineCommand, duration, integer, type CommandContext } from '@syncytium/program';
import { formatTable } from './format-table.js';
import { measureNetwork, type Measured, type MeasureOptions } from './measure-network.js';
import { cellOptions } from './settings.js';
import { withCell, type CellUse } from './with-cell.js';

/** `thynapse bench`: how fast the user's own network is. */
export const benchCommand = defineCommand({
  name: 'bench',
  summary: 'measures how many events a running transmitter carries and how long they take, with cells of its own',
  arguments: {},
  options: {
    time: duration({ help: 'how long each of the four kinds is measured', default: '2s' }),
    size: integer({ help: 'length of the data, in characters', default: 256, min: 0, max: 1_000_000 }),
    ...cellOptions,
  },
  examples: [
    ['thynapse bench', 'four lines with events per second and percentiles, after eight seconds'],
    ['thynapse bench --size 4096 --transmitter bus.local:5454', 'with 4 KB of data, on another machine'],
  ],
  run: ({ time, size, ...config }, context) => {
    const join = (service: string, use: CellUse['use']): Promise<number> =>
      withCell(config, context, { service, capacity: capacityOfWorker, use });
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
  const rows = [[`${options.size} characters`, 'events/s', 'p50 ms', 'p99 ms', 'p99.9 ms']];
  for await (const measured of measureNetwork({ ...options, clock, signal })) {
    log.info('measured', { what: measured.what, perSecond: Math.round(measured.perSecond) });
    rows.push(rowOf(measured));
  }
  for (const line of formatTable(rows, (column) => column > 0)) print(line);
}

function rowOf({ what, perSecond, latencies }: Measured): string[] {
  const percentiles = [50, 99, 99.9].map((percent) => latencies.percentile(percent).toPrecision(3));
  return [what, Math.round(perSecond).toString(), ...percentiles];
}
