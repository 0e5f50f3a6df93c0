import { defineCommand } from '@syncytium/program';
import { fetchTopology } from './fetch-topology.js';
import { httpOption } from './settings.js';

/** `thynapse topology`: who is there, as JSON. */
export const topologyCommand = defineCommand({
  name: 'topology',
  summary: 'prints services, cells and tasks of a running transmitter as JSON',
  arguments: {},
  options: { http: httpOption },
  examples: [["thynapse topology | jq '.services[].name'", 'names of services that have cells or tasks']],
  run: async ({ http }, { print, signal }) => {
    print(JSON.stringify(await fetchTopology(http, signal), null, 2));
    return 0;
  },
});
