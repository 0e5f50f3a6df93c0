import type { ListEnd } from '../../broker.js';
import { detach } from '../../keyspace/memory-use.js';
import { oneKey, type Command } from '../command.js';

const list = { group: 'list', keys: oneKey } as const;

/** Commands on lists. */
export const listCommands: readonly Command[] = [
  push('lpush', 'left', 'Prepend one or multiple elements to a list'),
  push('rpush', 'right', 'Append one or multiple elements to a list'),
  pop('lpop', 'left', 'Remove and get the first elements in a list'),
  pop('rpop', 'right', 'Remove and get the last elements in a list'),
  blockingPop('blpop', 'left', 'Remove and get the first element in a list, or block until one is available'),
  blockingPop('brpop', 'right', 'Remove and get the last element in a list, or block until one is available'),
  {
    ...list,
    name: 'lmove',
    arity: 5,
    since: '6.2.0',
    summary: 'Pop an element from a list, push it to another list and return it',
    flags: ['write', 'denyoom'],
    keys: [1, 2, 1],
    run(client, args, { keyspace }) {
      const [from, to] = [args.listEnd(2), args.listEnd(3)];
      client.reply.bulk(keyspace.move(args.key(0), args.key(1), from, to));
    },
  },
  {
    ...list,
    name: 'blmove',
    arity: 6,
    since: '6.2.0',
    summary: 'Pop an element from a list, push it to another list and return it; or block until one is available',
    flags: ['write', 'denyoom', 'blocking'],
    keys: [1, 2, 1],
    run(client, args, { keyspace }) {
      const [from, to] = [args.listEnd(2), args.listEnd(3)];
      const timeoutMs = args.timeoutMs(4);
      const [source, destination] = [args.key(0), args.key(1)];
      const value = keyspace.move(source, destination, from, to);
      if (value) client.reply.bulk(value);
      else {
        const pop = { keys: [source], from, into: { key: destination, end: to } };
        client.block(pop, timeoutMs, (moved) => client.reply.bulk(moved));
      }
    },
  },
  {
    ...list,
    name: 'llen',
    arity: 2,
    since: '1.0.0',
    summary: 'Get the length of a list',
    flags: ['readonly', 'fast'],
    run: (client, args, { keyspace }) => client.reply.integer(keyspace.length(args.key(0))),
  },
  {
    ...list,
    name: 'lrange',
    arity: 4,
    since: '1.0.0',
    summary: 'Get a range of elements from a list',
    flags: ['readonly'],
    run(client, args, { keyspace }) {
      const [start, stop] = [args.integer(1), args.integer(2)];
      const values = keyspace.range(args.key(0), start, stop);
      client.reply.array(values.length);
      for (const value of values) client.reply.bulk(value);
    },
  },
  {
    ...list,
    name: 'lrem',
    arity: 4,
    since: '1.0.0',
    summary: 'Remove elements from a list',
    flags: ['write'],
    run(client, args, { keyspace }) {
      const count = args.integer(1);
      const max = count === 0 ? Infinity : Math.abs(count);
      client.reply.integer(keyspace.remove(args.key(0), args.bytes(2), max, count < 0 ? 'right' : 'left'));
    },
  },
  {
    ...list,
    name: 'ltrim',
    arity: 4,
    since: '1.0.0',
    summary: 'Trim a list to the specified range',
    flags: ['write'],
    run(client, args, { keyspace }) {
      const [start, stop] = [args.integer(1), args.integer(2)];
      keyspace.trim(args.key(0), start, stop);
      client.reply.ok();
    },
  },
];

function push(name: string, end: ListEnd, summary: string): Command {
  return {
    ...list,
    name,
    arity: -3,
    since: '1.0.0',
    summary,
    flags: ['write', 'denyoom', 'fast'],
    run(client, args, { keyspace }) {
      const values: Uint8Array[] = [];
      for (let i = 1; i < args.size; i++) values.push(detach(args.bytes(i)));
      client.reply.integer(keyspace.push(args.key(0), end, values));
    },
  };
}

function pop(name: string, end: ListEnd, summary: string): Command {
  return {
    ...list,
    name,
    arity: -2,
    since: '1.0.0',
    summary,
    flags: ['write', 'fast'],
    run(client, args, { keyspace }) {
      if (args.size > 2) client.replyWrongArity(name);
      else if (args.size === 1) client.reply.bulk(keyspace.pop(args.key(0), end));
      else {
        const count = args.positive(1);
        const length = keyspace.length(args.key(0));
        if (length === 0) {
          client.reply.nullArray();
          return;
        }
        const taken = Math.min(count, length);
        client.reply.array(taken);
        for (let i = 0; i < taken; i++) client.reply.bulk(keyspace.pop(args.key(0), end));
      }
    },
  };
}

function blockingPop(name: string, end: ListEnd, summary: string): Command {
  return {
    ...list,
    name,
    arity: -3,
    since: '2.0.0',
    summary,
    flags: ['write', 'blocking'],
    keys: [1, -2, 1],
    run(client, args, { keyspace }) {
      const timeoutMs = args.timeoutMs(args.size - 1);
      const keys = args.keys(0, args.size - 1);
      const answer = (value: Uint8Array, key: string): void => {
        client.reply.array(2);
        client.reply.text(key);
        client.reply.bulk(value);
      };
      for (const key of keys) {
        const value = keyspace.pop(key, end);
        if (value) {
          answer(value, key);
          return;
        }
      }
      client.block({ keys, from: end }, timeoutMs, answer);
    },
  };
}
