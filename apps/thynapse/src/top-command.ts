import { AbortedError, pause } from '@syncytium/kit';
import { defineCommand, duration, toggle, wantsColours } from '@syncytium/program';
import { fetchTopology, httpOption } from './fetch-topology.js';
import { topTable } from './top-table.js';

const clearScreen = '\x1b[H\x1b[2J';
const bold = (line: string): string => `\x1b[1m${line}\x1b[0m`;

/** The line with the names of the columns. */
const headerAt = 2;

/** `thynapse top`: a live table. */
export const topCommand = defineCommand({
  name: 'top',
  summary:
    'shows services and cells of a running transmitter, with rates, what is in flight, and lag, until interrupted',
  arguments: {},
  options: {
    http: httpOption,
    every: duration({ help: 'time between two readings', default: '1s' }),
    once: toggle({ help: 'one table, of two readings, and no more: for scripts' }),
  },
  examples: [
    ['thynapse top', 'the table, again every second'],
    ['thynapse top --once --every 5s', 'rates over the next five seconds, once'],
  ],
  run: async ({ http, every, once }, { print, signal, clock }) => {
    const isScreen = process.stdout.isTTY && !once;
    const hasColours = wantsColours(process.stdout.isTTY, process.env);
    try {
      let before = await fetchTopology(http, signal);
      do {
        await pause(clock, every, signal);
        const now = await fetchTopology(http, signal);
        const lines = topTable(before, now, isScreen ? process.stdout.columns : undefined).map((line, i) =>
          hasColours && i === headerAt ? bold(line) : line,
        );
        print(`${isScreen ? clearScreen : ''}${lines.join('\n')}${isScreen || once ? '' : '\n'}`);
        before = now;
      } while (!once);
    } catch (error) {
      // The user has seen enough.
      if (!(error instanceof AbortedError)) throw error;
    }
    return 0;
  },
});
