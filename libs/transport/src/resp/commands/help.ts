import { noKeys, type Command, type CommandGroup } from '../command.js';

/** `COMMAND HELP`: lists the subcommands of a command. */
export function help(name: string, group: CommandGroup, subcommands: readonly Command[]): Command {
  const lines = [
    `${name.toUpperCase()} <subcommand> [<arg> ...]. Subcommands are:`,
    ...subcommands.flatMap(({ name, summary }) => [name.slice(name.indexOf('|') + 1).toUpperCase(), `    ${summary}.`]),
    'HELP',
    '    Print this help.',
  ];
  return {
    name: `${name}|help`,
    arity: 2,
    group,
    since: '5.0.0',
    summary: 'Show helpful text about the different subcommands',
    flags: [],
    keys: noKeys,
    run(client) {
      client.reply.array(lines.length);
      for (const line of lines) client.reply.simple(line);
    },
  };
}
