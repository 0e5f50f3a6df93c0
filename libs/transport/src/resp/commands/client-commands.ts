import type { Arguments } from '../arguments.js';
import { noKeys, subcommandTable, type Command } from '../command.js';
import { ReplyError } from '../errors.js';
import * as texts from '../reply-texts.js';
import type { RespSession } from '../resp-session.js';
import { setClientName } from './client-name.js';
import { help } from './help.js';

const connection = { group: 'connection', keys: noKeys } as const;

const clientSubcommands: readonly Command[] = [
  {
    ...connection,
    name: 'client|id',
    arity: 2,
    since: '5.0.0',
    summary: 'Returns the client ID for the current connection',
    flags: [],
    run: (client) => client.reply.integer(client.id),
  },
  {
    ...connection,
    name: 'client|getname',
    arity: 2,
    since: '2.6.9',
    summary: 'Get the current connection name',
    flags: [],
    run(client) {
      if (client.name === '') client.reply.null();
      else client.reply.text(client.name);
    },
  },
  {
    ...connection,
    name: 'client|setname',
    arity: 3,
    since: '2.6.9',
    summary: 'Set the current connection name',
    flags: [],
    run(client, args) {
      setClientName(client, args.key(0));
      client.reply.ok();
    },
  },
  {
    ...connection,
    name: 'client|setinfo',
    arity: 4,
    since: '7.2.0',
    summary: 'Set client or connection specific info',
    flags: [],
    run(client, args) {
      if (!['LIB-NAME', 'LIB-VER'].includes(args.word(0)))
        throw new ReplyError(`ERR Unrecognized option '${args.key(0)}'`);
      client.reply.ok();
    },
  },
  {
    ...connection,
    name: 'client|info',
    arity: 2,
    since: '6.2.0',
    summary: 'Returns information about the current client connection',
    flags: [],
    run: (client) => client.reply.verbatim(`${clientLine(client)}\n`),
  },
  {
    ...connection,
    name: 'client|list',
    arity: -2,
    since: '2.4.0',
    summary: 'Get the list of client connections',
    flags: [],
    run(client, args) {
      const lines = listed(client, args).map((other) => `${clientLine(other)}\n`);
      client.reply.verbatim(lines.join(''));
    },
  },
  {
    ...connection,
    name: 'client|kill',
    arity: -3,
    since: '2.4.0',
    summary: 'Kill the connection of a client',
    flags: [],
    run(client, args) {
      if (args.size === 1) killAddress(client, args.key(0));
      else killMatching(client, readKillFilter(client, args));
    },
  },
  {
    ...connection,
    name: 'client|unblock',
    arity: -3,
    since: '5.0.0',
    summary: 'Unblock a client blocked in a blocking command from a different connection',
    flags: [],
    run(client, args) {
      const how = args.size === 1 ? 'TIMEOUT' : args.word(1);
      if (args.size > 2 || (how !== 'TIMEOUT' && how !== 'ERROR'))
        throw new ReplyError('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR');
      const other = client.host.sessions.get(args.integer(0));
      client.reply.integer(other?.unblock(how === 'ERROR' ? 'error' : 'timeout') ? 1 : 0);
    },
  },
  ...['no-evict', 'no-touch'].map((name): Command => ({
    ...connection,
    name: `client|${name}`,
    arity: 3,
    since: '7.0.0',
    summary: 'Accepted for compatibility: nothing is ever evicted',
    flags: [],
    run(client, args) {
      if (!['ON', 'OFF'].includes(args.word(0))) throw new ReplyError(texts.syntaxError);
      client.reply.ok();
    },
  })),
];

/** Commands on clients. */
export const clientCommands: readonly Command[] = [
  {
    ...connection,
    name: 'client',
    arity: -2,
    since: '2.4.0',
    summary: 'A container for client connection commands',
    flags: [],
    run: () => undefined,
    subcommands: subcommandTable([...clientSubcommands, help('client', 'connection', clientSubcommands)]),
  },
];

type ClientType = 'normal' | 'pubsub';

function typeOf({ subscriptions }: RespSession): ClientType {
  return subscriptions.count > 0 ? 'pubsub' : 'normal';
}

/** There are none of the other types that Redis knows. */
function readType(args: Arguments, index: number): string {
  const type = args.key(index).toLowerCase();
  if (!['normal', 'pubsub', 'master', 'replica', 'slave'].includes(type))
    throw new ReplyError(`ERR Unknown client type '${args.key(index)}'`);
  return type;
}

function listed(client: RespSession, args: Arguments): RespSession[] {
  const all = [...client.host.sessions.values()];
  if (args.size === 0) return all;
  if (args.word(0) === 'TYPE' && args.size === 2) {
    const type = readType(args, 1);
    return all.filter((other) => typeOf(other) === type);
  }
  if (args.word(0) !== 'ID' || args.size < 2) throw new ReplyError(texts.syntaxError);
  return args.keys(1).flatMap((_key, i) => {
    const other = client.host.sessions.get(args.integer(1 + i, 'ERR Invalid client ID'));
    return other ? [other] : [];
  });
}

function clientLine(client: RespSession): string {
  const now = client.host.clock.now();
  const seconds = (since: number): number => Math.floor((now - since) / 1000);
  const flags = `${client.isBlocked ? 'b' : ''}${client.subscriptions.count > 0 ? 'P' : ''}` || 'N';
  return Object.entries({
    id: client.id,
    addr: client.address,
    laddr: client.localAddress,
    name: client.name,
    age: seconds(client.connectedAt),
    idle: seconds(client.lastCommandAt),
    flags,
    db: 0,
    sub: client.subscriptions.channelCount,
    psub: client.subscriptions.patternCount,
    multi: -1,
    qbuf: client.inputBytes,
    omem: client.reply.bytes,
    cmd: client.lastCommand,
    user: client.host.credentials?.user ?? 'default',
    resp: client.reply.protocol,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function killAddress(client: RespSession, address: string): void {
  const other = [...client.host.sessions.values()].find((session) => session.address === address);
  if (!other) throw new ReplyError('ERR No such client');
  client.reply.ok();
  other.close();
}

function killMatching(client: RespSession, matches: (other: RespSession) => boolean): void {
  const victims = [...client.host.sessions.values()].filter(matches);
  client.reply.integer(victims.length);
  for (const victim of victims) victim.close();
}

function readKillFilter(client: RespSession, args: Arguments): (other: RespSession) => boolean {
  const filters: ((other: RespSession) => boolean)[] = [];
  let skipsItself = true;
  if (args.size % 2 !== 0) throw new ReplyError(texts.syntaxError);
  for (let i = 0; i < args.size; i += 2) {
    const value = args.key(i + 1);
    switch (args.word(i)) {
      case 'ID': {
        const id = args.integer(i + 1, 'ERR client-id should be greater than 0');
        if (id < 1) throw new ReplyError('ERR client-id should be greater than 0');
        filters.push((other) => other.id === id);
        break;
      }
      case 'TYPE': {
        const type = readType(args, i + 1);
        filters.push((other) => typeOf(other) === type);
        break;
      }
      case 'ADDR':
        filters.push((other) => other.address === value);
        break;
      case 'LADDR':
        filters.push((other) => other.localAddress === value);
        break;
      case 'USER': {
        const user = client.host.credentials?.user ?? 'default';
        if (value !== user) throw new ReplyError(`ERR No such user '${value}'`);
        break;
      }
      case 'SKIPME': {
        const word = args.word(i + 1);
        if (word !== 'YES' && word !== 'NO') throw new ReplyError(texts.syntaxError);
        skipsItself = word === 'YES';
        break;
      }
      default:
        throw new ReplyError(texts.syntaxError);
    }
  }
  return (other) => filters.every((matches) => matches(other)) && !(skipsItself && other === client);
}
