import { noKeys, type Command } from '../command.js';

/** `MONITOR`: shows every command that is executed from now on. */
export const monitorCommand: Command = {
  name: 'monitor',
  arity: 1,
  group: 'server',
  keys: noKeys,
  since: '1.0.0',
  summary: 'Listen for all requests received by the server in real-time',
  flags: [],
  run(client) {
    client.reply.ok();
    client.host.monitors.add(client);
  },
};
