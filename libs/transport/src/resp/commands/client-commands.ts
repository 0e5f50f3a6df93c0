import type { Arguments } from '../arguments.js';
import { noKeys, subcommandTable, type Command } from '../command.js';
import { ReplyError } from '../errors.js';
import * as texts from '../reply-texts.js';
import type { RespSession } from '../resp-session.js';
import { isOneWord, readClientName } from './client-name.js';
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
      client.name = readClientName(args, 0);
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
      const field = args.key(0).toLowerCase();
      if (field !== 'lib-name' && field !== 'lib-ver') throw new ReplyError(`ERR Unrecognized option '${args.key(0)}'`);
      if (!isOneWord(args.key(1))) throw new ReplyError(texts.badClientInfo(field));
      client.library.set(field, args.key(1));
      client.reply.ok();
    },
  },
  {
    ...connection,
    name: 'client|reply',
    arity: 3,
    since: '3.2.0',
    summary: 'Instruct the server whether to reply to commands',
    flags: [],
    run(client, args) {
      const silence = silences[args.word(0)];
      if (!silence) throw new ReplyError(texts.syntaxError);
      client.silence(silence);
      if (silence === 'none') client.reply.ok();
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
      if (args.size > 2) throw new ReplyError(texts.wrongSubcommand(args.name, 'CLIENT'));
      const how = args.size === 1 ? 'TIMEOUT' : args.word(1);
      if (how !== 'TIMEOUT' && how !== 'ERROR')
        throw new ReplyError('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR');
      const other = client.host.sessions.get(args.integer(0));
      client.reply.integer(other?.unblock(how === 'ERROR' ? 'error' : 'timeout') ? 1 : 0);
    },
  },
  {
    ...connection,
    name: 'client|no-evict',
    arity: 3,
    since: '7.0.0',
    summary: 'Set client eviction mode for the current connection; no client is ever evicted',
    flags: [],
    run(client, args) {
      client.isKept = readSwitch(args, 0);
      client.reply.ok();
    },
  },
  {
    ...connection,
    name: 'client|no-touch',
    arity: 3,
    since: '7.2.0',
    summary: 'Accepted for compatibility: nobody remembers when a key was last used',
    flags: [],
    run(client, args) {
      readSwitch(args, 0);
      client.reply.ok();
    },
  },
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

/** What `CLIENT REPLY` says, and what is not answered then. */
const silences: Readonly<Record<string, 'none' | 'next' | 'all'>> = { ON: 'none', SKIP: 'next', OFF: 'all' };

function readSwitch(args: Arguments, index: number): boolean {
  const word = args.word(index);
  if (word !== 'ON' && word !== 'OFF') throw new ReplyError(texts.syntaxError);
  return word === 'ON';
}

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
  const flags = [
    client.subscriptions.count > 0 && 'P',
    client.isBlocked && 'b',
    client.isClosing && 'c',
    client.isKept && 'e',
  ].filter(Boolean);
  return Object.entries({
    id: client.id,
    addr: client.address,
    laddr: client.localAddress,
    name: client.name,
    age: seconds(client.connectedAt),
    idle: seconds(client.lastCommandAt),
    flags: flags.join('') || 'N',
    db: 0,
    sub: client.subscriptions.channelCount,
    psub: client.subscriptions.patternCount,
    multi: -1,
    qbuf: client.inputBytes,
    omem: client.reply.bytes,
    cmd: client.lastCommand,
    user: client.host.credentials?.user ?? 'default',
    resp: client.reply.protocol,
    'lib-name': client.library.get('lib-name') ?? '',
    'lib-ver': client.library.get('lib-ver') ?? '',
  })
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function killAddress(client: RespSession, address: string): void {
  const other = [...client.host.sessions.values()].find((session) => session.address === address);
  if (!other) throw new ReplyError('ERR No such client');
  kill(client, other);
  client.reply.ok();
}

function killMatching(client: RespSession, matches: (other: RespSession) => boolean): void {
  const victims = [...client.host.sessions.values()].filter(matches);
  for (const victim of victims) kill(client, victim);
  client.reply.integer(victims.length);
}

/** Whoever disconnects itself is still told so. */
function kill(client: RespSession, victim: RespSession): void {
  if (victim === client) client.close();
  else victim.kill();
}

/** As in Redis, an option that is given twice counts as given last. */
function readKillFilter(client: RespSession, args: Arguments): (other: RespSession) => boolean {
  const filters = new Map<string, (other: RespSession) => boolean>();
  filters.set('SKIPME', (other) => other !== client);
  for (let i = 0; i < args.size; i += 2) {
    const option = args.word(i);
    if (i + 1 === args.size) throw new ReplyError(texts.syntaxError);
    filters.set(option, readKillOption(client, args, option, i + 1));
  }
  return (other) => [...filters.values()].every((matches) => matches(other));
}

function readKillOption(
  client: RespSession,
  args: Arguments,
  option: string,
  index: number,
): (other: RespSession) => boolean {
  const value = args.key(index);
  switch (option) {
    case 'ID': {
      const id = args.integer(index, texts.badClientId);
      if (id < 1) throw new ReplyError(texts.badClientId);
      return (other) => other.id === id;
    }
    case 'TYPE': {
      const type = readType(args, index);
      return (other) => typeOf(other) === type;
    }
    case 'ADDR':
      return (other) => other.address === value;
    case 'LADDR':
      return (other) => other.localAddress === value;
    case 'USER': {
      const user = client.host.credentials?.user ?? 'default';
      if (value !== user) throw new ReplyError(`ERR No such user '${value}'`);
      return (other) => other.isAuthenticated;
    }
    case 'SKIPME': {
      const word = args.word(index);
      if (word !== 'YES' && word !== 'NO') throw new ReplyError(texts.syntaxError);
      return (other) => word === 'NO' || other !== client;
    }
    default:
      throw new ReplyError(texts.syntaxError);
  }
}
