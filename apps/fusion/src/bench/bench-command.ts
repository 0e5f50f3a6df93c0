import { defineCommand, duration, integer, measuredTable, type Measured } from '@syncytium/program';
import { QuerySocket } from '../query-socket.js';
import { wsAddress } from '../settings.js';
import { measureQueries } from './measure-queries.js';

/** `fusion bench`: how fast the user's own server is. */
export const benchCommand = defineCommand({
  name: 'bench',
  summary: 'measures how many queries a running server answers and how long they take, with objects of its own',
  arguments: {},
  options: {
    time: duration({ help: 'how long each of the five kinds is measured', default: '2s' }),
    concurrency: integer({ help: 'queries under way at once, over one WebSocket', default: 64, min: 1, max: 1000 }),
    objects: integer({ help: 'objects that are there', default: 10_000, min: 1, max: 10_000_000 }),
    ws: wsAddress,
  },
  examples: [
    ['fusion bench', 'five lines with queries per second and percentiles, after ten seconds'],
    ['fusion bench --concurrency 8 --time 10s --ws cache.local:1982', 'less at once, for longer, on another machine'],
  ],
  run: async ({ time: durationMs, concurrency: atOnce, objects, ws }, { clock, prng, signal, log, print }) => {
    const socket = await QuerySocket.open(ws, { signal, clock });
    const all: Measured[] = [];
    try {
      const ask = (name: string, content: string) => socket.ask(name, content);
      for await (const measured of measureQueries({ ask, objects, atOnce, durationMs, clock, prng, signal })) {
        log.info('measured', { what: measured.what, perSecond: Math.round(measured.perSecond) });
        all.push(measured);
      }
    } finally {
      socket.close();
    }
    for (const line of measuredTable(`${objects} objects`, 'queries', all)) print(line);
    return 0;
  },
});
