import { timingSafeEqual, createHash } from 'node:crypto';
import { noKeys, type Command } from '../command.js';
import { ReplyError } from '../errors.js';
import * as texts from '../reply-texts.js';
import type { RespSession } from '../resp-session.js';
import { redisVersion } from '../server-facts.js';
import { readClientName } from './client-name.js';

const connection = { group: 'connection', keys: noKeys } as const;

/** Commands on the connection itself. */
export const connectionCommands: readonly Command[] = [
  {
    ...connection,
    name: 'ping',
    arity: -1,
    since: '1.0.0',
    summary: 'Ping the server',
    flags: ['fast', 'pubsub'],
    run(client, args) {
      if (args.size > 1) client.replyWrongArity('ping');
      else if (client.reply.protocol === 2 && client.subscriptions.count > 0) {
        client.reply.array(2);
        client.reply.text('pong');
        client.reply.bulk(args.size === 0 ? Buffer.alloc(0) : args.bytes(0));
      } else if (args.size === 1) client.reply.bulk(args.bytes(0));
      else client.reply.simple('PONG');
    },
  },
  {
    ...connection,
    name: 'echo',
    arity: 2,
    since: '1.0.0',
    summary: 'Echo the given string',
    flags: ['fast'],
    run: (client, args) => client.reply.bulk(args.bytes(0)),
  },
  {
    ...connection,
    name: 'auth',
    arity: -2,
    since: '1.0.0',
    summary: 'Authenticate to the server',
    flags: ['open', 'fast'],
    run(client, args) {
      if (args.size > 2) throw new ReplyError(texts.syntaxError);
      if (args.size === 1 && !client.host.credentials) throw new ReplyError(texts.noPasswordSet);
      const user = args.size === 1 ? (client.host.credentials?.user ?? 'default') : args.key(0);
      authenticate(client, user, args.bytes(args.size - 1));
      client.reply.ok();
    },
  },
  {
    ...connection,
    name: 'hello',
    arity: -1,
    since: '6.0.0',
    summary: 'Handshake with Redis',
    flags: ['open', 'fast'],
    run(client, args) {
      const protocol = args.size === 0 ? client.reply.protocol : args.integer(0, texts.protocolNotInteger);
      if (protocol !== 2 && protocol !== 3) throw new ReplyError(texts.unsupportedProtocol);
      // As in Redis, what stands before a mistake takes effect.
      for (let i = 1; i < args.size; i++) {
        const option = args.word(i);
        if (option === 'AUTH' && i + 2 < args.size) authenticate(client, args.key(++i), args.bytes(++i));
        else if (option === 'SETNAME' && i + 1 < args.size) client.name = readClientName(args, ++i);
        else throw new ReplyError(`ERR Syntax error in HELLO option '${args.key(i)}'`);
      }
      if (!client.isAuthenticated) throw new ReplyError(texts.helloNeedsAuthentication);
      client.reply.protocol = protocol;
      writeHello(client);
    },
  },
  {
    ...connection,
    name: 'select',
    arity: 2,
    since: '1.0.0',
    summary: 'Change the selected database for the current connection',
    flags: ['fast'],
    run(client, args) {
      // There is one database.
      if (args.int32(0) !== 0) throw new ReplyError(texts.badDatabase);
      client.reply.ok();
    },
  },
  {
    ...connection,
    name: 'quit',
    arity: -1,
    since: '1.0.0',
    summary: 'Close the connection',
    flags: ['open', 'pubsub', 'fast'],
    run(client) {
      client.reply.ok();
      client.close();
    },
  },
  {
    ...connection,
    name: 'reset',
    arity: 1,
    since: '6.2.0',
    summary: 'Reset the connection',
    flags: ['open', 'pubsub', 'fast'],
    run(client) {
      client.reset();
      client.reply.simple('RESET');
    },
  },
];

/** Without a password every one is right, for the user that everybody is. */
function authenticate(client: RespSession, user: string, password: Buffer): void {
  const { credentials } = client.host;
  if (!credentials) {
    client.authenticate(user, user === 'default');
    return;
  }
  const isRight = isSame(Buffer.from(user, 'latin1'), credentials.user) && isSame(password, credentials.password);
  client.authenticate(user, isRight);
}

/** Takes the same time wherever the two differ. */
function isSame(given: Buffer, right: string): boolean {
  const digest = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(given), digest(right));
}

function writeHello({ reply, id }: RespSession): void {
  reply.map(7);
  for (const [name, value] of Object.entries({ server: 'redis', version: redisVersion })) {
    reply.text(name);
    reply.text(value);
  }
  reply.text('proto');
  reply.integer(reply.protocol);
  reply.text('id');
  reply.integer(id);
  for (const [name, value] of Object.entries({ mode: 'standalone', role: 'master' })) {
    reply.text(name);
    reply.text(value);
  }
  reply.text('modules');
  reply.array(0);
}
