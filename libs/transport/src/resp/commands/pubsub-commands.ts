import { noKeys, subcommandTable, type Command } from '../command.js';
import { ReplyError } from '../errors.js';
import * as texts from '../reply-texts.js';
import { help } from './help.js';

const pubsub = { group: 'pubsub', keys: noKeys } as const;

const pubsubSubcommands: readonly Command[] = [
  {
    ...pubsub,
    name: 'pubsub|channels',
    arity: -2,
    since: '2.8.0',
    summary: 'List active channels',
    flags: [],
    run(client, args, { channels }) {
      if (args.size > 1) throw new ReplyError(texts.wrongSubcommand(args.name, 'PUBSUB'));
      const names = channels.names(args.size === 0 ? undefined : args.key(0));
      client.reply.array(names.length);
      for (const name of names) client.reply.text(name);
    },
  },
  {
    ...pubsub,
    name: 'pubsub|numsub',
    arity: -2,
    since: '2.8.0',
    summary: 'Get the count of subscribers for channels',
    flags: [],
    run(client, args, { channels }) {
      client.reply.array(args.size * 2);
      for (const name of args.keys(0)) {
        client.reply.text(name);
        client.reply.integer(channels.subscriberCount(name));
      }
    },
  },
  {
    ...pubsub,
    name: 'pubsub|numpat',
    arity: 2,
    since: '2.8.0',
    summary: 'Get the count of unique patterns pattern subscriptions',
    flags: [],
    run: (client, _args, { channels }) => client.reply.integer(channels.patternCount),
  },
];

/** Commands on channels. */
export const pubsubCommands: readonly Command[] = [
  {
    ...pubsub,
    name: 'publish',
    arity: 3,
    since: '2.0.0',
    summary: 'Post a message to a channel',
    flags: ['fast'],
    run(client, args, { channels }) {
      client.reply.integer(channels.publish(args.key(0), args.bytes(1)));
    },
  },
  {
    ...pubsub,
    name: 'subscribe',
    arity: -2,
    since: '2.0.0',
    summary: 'Listen for messages published to the given channels',
    flags: ['pubsub'],
    run(client, args, { channels }) {
      for (const name of args.keys(0)) client.subscriptions.subscribe(channels, name);
    },
  },
  {
    ...pubsub,
    name: 'unsubscribe',
    arity: -1,
    since: '2.0.0',
    summary: 'Stop listening for messages posted to the given channels',
    flags: ['pubsub'],
    run(client, args, { channels }) {
      client.subscriptions.unsubscribe(channels, args.size === 0 ? undefined : args.keys(0));
    },
  },
  {
    ...pubsub,
    name: 'psubscribe',
    arity: -2,
    since: '2.0.0',
    summary: 'Listen for messages published to channels matching the given patterns',
    flags: ['pubsub'],
    run(client, args, { channels }) {
      for (const pattern of args.keys(0)) client.subscriptions.subscribePattern(channels, pattern);
    },
  },
  {
    ...pubsub,
    name: 'punsubscribe',
    arity: -1,
    since: '2.0.0',
    summary: 'Stop listening for messages posted to channels matching the given patterns',
    flags: ['pubsub'],
    run(client, args, { channels }) {
      client.subscriptions.unsubscribePatterns(channels, args.size === 0 ? undefined : args.keys(0));
    },
  },
  {
    ...pubsub,
    name: 'pubsub',
    arity: -2,
    since: '2.8.0',
    summary: 'A container for Pub/Sub commands',
    flags: [],
    run: () => undefined,
    subcommands: subcommandTable([...pubsubSubcommands, help('pubsub', 'pubsub', pubsubSubcommands)]),
  },
];
