import { commandTable, noKeys, subcommandTable, type Command } from '../command.js';
import { ReplyError } from '../errors.js';
import * as texts from '../reply-texts.js';
import type { ReplyWriter } from '../reply-writer.js';
import { formatInfo } from '../server-facts.js';
import { help } from './help.js';

const server = { group: 'server', keys: noKeys } as const;
const transactions = { group: 'generic', keys: noKeys } as const;

/** Commands on the server. `commands` is the whole table, which `COMMAND` describes. */
export function serverCommands(commands: () => ReadonlyMap<string, Command>): readonly Command[] {
  const commandSubcommands: readonly Command[] = [
    {
      ...server,
      name: 'command|count',
      arity: 2,
      since: '2.8.13',
      summary: 'Get total number of Redis commands',
      flags: [],
      run: (client) => client.reply.integer(commands().size),
    },
    {
      ...server,
      name: 'command|list',
      arity: -2,
      since: '7.0.0',
      summary: 'Get an array of Redis command names',
      flags: [],
      run(client, args) {
        if (args.size > 0) throw new ReplyError(texts.syntaxError);
        client.reply.set(commands().size);
        for (const name of commands().keys()) client.reply.text(name);
      },
    },
    {
      ...server,
      name: 'command|info',
      arity: -2,
      since: '2.8.13',
      summary: 'Get array of specific Redis command details, or all when no argument is given',
      flags: [],
      run(client, args) {
        const asked = args.size === 0 ? [...commands().keys()] : args.keys(0);
        client.reply.array(asked.length);
        for (const name of asked) {
          const command = commands().get(name.toLowerCase());
          if (command) writeCommand(client.reply, command);
          else client.reply.null();
        }
      },
    },
    {
      ...server,
      name: 'command|docs',
      arity: -2,
      since: '7.0.0',
      summary: 'Get array of specific Redis command documentation',
      flags: [],
      run(client, args) {
        const asked = args.size === 0 ? [...commands().keys()] : args.keys(0);
        const known = asked.flatMap((name) => commands().get(name.toLowerCase()) ?? []);
        client.reply.map(known.length);
        for (const command of known) writeDocs(client.reply, command);
      },
    },
  ];
  return [
    {
      ...server,
      name: 'command',
      arity: -1,
      since: '2.8.13',
      summary: 'Get array of Redis command details',
      flags: [],
      run(client) {
        client.reply.array(commands().size);
        for (const command of commands().values()) writeCommand(client.reply, command);
      },
      subcommands: subcommandTable([...commandSubcommands, help('command', 'server', commandSubcommands)]),
    },
    {
      ...server,
      name: 'info',
      arity: -1,
      since: '1.0.0',
      summary: 'Get information and statistics about the server',
      flags: [],
      run: (client, args) =>
        client.reply.verbatim(
          formatInfo(
            client.host.facts(),
            args.keys(0).map((name) => name.toLowerCase()),
          ),
        ),
    },
    ...['multi', 'exec', 'discard', 'watch', 'unwatch'].map((name): Command => ({
      ...transactions,
      name,
      arity: name === 'watch' ? -2 : 1,
      since: '1.2.0',
      summary: 'Refused: this server has no transactions',
      flags: [],
      run: () => {
        throw new ReplyError(texts.noTransactions(name));
      },
    })),
  ];
}

/** The whole table: the given commands and those on the server. */
export function withServerCommands(others: readonly Command[]): ReadonlyMap<string, Command> {
  const table: ReadonlyMap<string, Command> = commandTable([...others, ...serverCommands(() => table)]);
  return table;
}

function writeCommand(reply: ReplyWriter, command: Command): void {
  const { name, arity, flags, keys, subcommands } = command;
  reply.array(10);
  reply.text(name);
  reply.integer(arity);
  const shown = flags.map((flag) => (flag === 'open' ? 'no_auth' : flag));
  reply.set(shown.length);
  for (const flag of shown) reply.simple(flag);
  for (const position of keys) reply.integer(position);
  // Access-control categories, tips and key specifications: none.
  reply.set(0);
  reply.set(0);
  reply.set(0);
  reply.array(subcommands?.size ?? 0);
  for (const subcommand of subcommands?.values() ?? []) writeCommand(reply, subcommand);
}

function writeDocs(reply: ReplyWriter, { name, summary, since, group, subcommands }: Command): void {
  reply.text(name);
  reply.map(subcommands ? 4 : 3);
  for (const [field, value] of Object.entries({ summary, since, group })) {
    reply.text(field);
    reply.text(value);
  }
  if (!subcommands) return;
  reply.text('subcommands');
  reply.map(subcommands.size);
  for (const subcommand of subcommands.values()) writeDocs(reply, subcommand);
}
