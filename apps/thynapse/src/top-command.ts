import { AbortedError, pause } from '@syncytium/kit';
import type { Topology } from '@syncytium/thynapse';
import { defineCommand, duration, toggle, wantsColours } from '@syncytium/program';
import { fetchTopology } from './fetch-topology.js';
import { TransmitterUnreachableError } from './errors.js';
import { httpOption } from './settings.js';
import { topTable } from './top-table.js';

const clearScreen = '\x1b[H\x1b[2J';
const bold = (line: string): string => `\x1b[1m${line}\x1b[0m`;

/** The line with the names of the columns. */
const headerAt = 3;

/** `thynapse top`: a live table. */
export const topCommand = defineCommand({
  name: 'top',
  summary:
    'shows services and cells of a running transmitter, with rates, what is in flight, and lag, until interrupted',
  arguments: {},
  options: {
    http: httpOption,
    every: duration({ help: 'time between two readings', default: '1s', min: '10ms' }),
    once: toggle({ help: 'one table, of two readings, and no more: for scripts' }),
  },
  examples: [
    ['thynapse top', 'the table, again every second'],
    ['thynapse top --once --every 5s', 'rates over the next five seconds, once'],
  ],
  run: async ({ http, every, once }, { print, signal, clock }) => {
    const isScreen = process.stdout.isTTY && !once;
    const hasColours = wantsColours(process.stdout.isTTY, process.env);
    const show = (lines: readonly string[]): void =>
      print(`${isScreen ? clearScreen : ''}${lines.join('\n')}${isScreen || once ? '' : '\n'}`);
    /** Whoever looks at a screen wants to see it come back; a script is to end. */
    const readAgain = async (): Promise<Topology | undefined> => {
      try {
        return await fetchTopology(http, signal);
      } catch (error) {
        if (!isScreen || !(error instanceof TransmitterUnreachableError)) throw error;
        show([`${error.message}; trying again`]);
        return undefined;
      }
    };
    try {
      let before = await fetchTopology(http, signal);
      do {
        await pause(clock, every, signal);
        const now = await readAgain();
        if (!now) continue;
        const lines = topTable(before, now, isScreen ? columnsOf(process.stdout) : undefined);
        show(lines.map((line, i) => (hasColours && i === headerAt ? bold(line) : line)));
        before = now;
      } while (!once);
    } catch (error) {
      // The user has seen enough.
      if (!(error instanceof AbortedError)) throw error;
    }
    return 0;
  },
});

/** A terminal that does not know how wide it is says 0. */
function columnsOf({ columns }: NodeJS.WriteStream): number | undefined {
  return columns > 0 ? columns : undefined;
}
