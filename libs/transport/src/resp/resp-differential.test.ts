import { propertyRuns, redisServerPath, scaledTimeoutMs, startRedisServer, type RedisServer } from '@syncytium/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryBroker } from '../memory/memory-broker.js';
import { RawClient } from '../testing/raw-client.js';
import { RespServer } from './resp-server.js';

const isInstalled = redisServerPath() !== undefined;
if (!isInstalled) console.log('the RESP server compared with Redis: no redis-server on the PATH: skipped');

/** A server, and a way to know what goes on in it. */
interface Side {
  readonly port: number;
  readonly control: RawClient;
}

describe.skipIf(!isInstalled)('the RESP server replies byte for byte what a real redis-server replies', () => {
  let redis: RedisServer;
  let broker: MemoryBroker;
  let ours: RespServer;
  let sides: readonly [real: Side, own: Side];

  beforeAll(async () => {
    redis = await startRedisServer({ args: ['--databases', '1', '--enable-debug-command', 'no'] });
    broker = new MemoryBroker();
    ours = new RespServer({ broker, listen: { port: 0 } });
    await ours.start();
    sides = [
      { port: redis.port, control: await RawClient.connect(redis.port) },
      { port: ours.address.port, control: await RawClient.connect(ours.address.port) },
    ];
  });

  afterAll(async () => {
    for (const { control } of sides) control.close();
    await ours.stop();
    await broker.close();
    await redis.stop();
  });

  const wipe = (side: Side): Promise<string> => side.control.ask('DEL', ...keys);

  /** Replies of one fresh client of a side to some commands, one at a time. */
  async function converse(side: Side, commands: readonly (readonly string[])[]): Promise<string[]> {
    await wipe(side);
    const client = await RawClient.connect(side.port);
    const replies: string[] = [];
    for (const command of commands) {
      replies.push(await client.ask(...command));
      // Every channel and pattern of a (un)subscription is answered.
      for (let more = extraReplies(command); more > 0; more--) replies.push(await client.next());
    }
    client.close();
    return replies;
  }

  async function compare(commands: readonly (readonly string[])[]): Promise<void> {
    const [real, own] = [await converse(sides[0], commands), await converse(sides[1], commands)];
    const show = (replies: string[]): string[] =>
      replies.map((reply, i) => `${i}: ${commands[i]?.join(' ').slice(0, 80) ?? ''} => ${reply}`);
    expect(show(own)).toEqual(show(real));
  }

  test.each(Object.entries(conversations))('about %s', async (_topic, commands) => {
    await compare(commands);
  });

  test.each(Object.entries(conversations))('about %s, in RESP3', async (_topic, commands) => {
    // The reply to HELLO names the client's number, which differs.
    const third = async (side: Side): Promise<string[]> =>
      (await converse(side, [['HELLO', '3'], ...commands])).slice(1);
    expect(await third(sides[1])).toEqual(await third(sides[0]));
  });

  test.each(Object.entries(nonsense))('to %s', async (_what, bytes) => {
    const last = async (side: Side): Promise<string> => {
      const client = await RawClient.connect(side.port);
      client.sendRaw(bytes);
      return client.untilClosed();
    };
    expect(await last(sides[1])).toBe(await last(sides[0]));
  });

  test(
    'to random commands',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 40 }), (commands) => compare(commands)),
        propertyRuns(60),
      );
    },
    scaledTimeoutMs(30_000),
  );

  test(
    'to patterns',
    async () => {
      const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '[', ']', '^', '-', '\\'), maxLength: 7 });
      const names = fc.array(
        text.filter((name) => name !== ''),
        { minLength: 1, maxLength: 8 },
      );
      await fc.assert(
        fc.asyncProperty(names, fc.array(text, { minLength: 1, maxLength: 8 }), async (names, patterns) => {
          const found = await Promise.all(
            sides.map(async ({ port, control }) => {
              const client = await RawClient.connect(port);
              await client.ask('SUBSCRIBE', ...names);
              for (let more = names.length - 1; more > 0; more--) await client.next();
              const lists: string[][] = [];
              for (const pattern of patterns)
                lists.push((await control.ask('PUBSUB', 'CHANNELS', pattern)).split('\r\n').sort());
              client.send('QUIT');
              await client.untilClosed();
              while ((await control.ask('PUBSUB', 'CHANNELS')) !== '*0\r\n');
              return lists;
            }),
          );
          expect(found[1]).toEqual(found[0]);
        }),
        propertyRuns(100),
      );
    },
    scaledTimeoutMs(30_000),
  );

  test(
    'to several clients that wait for each other',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 25 }), async (turns) => {
          const [real, own] = [await play(sides[0], turns), await play(sides[1], turns)];
          expect(own).toEqual(real);
        }),
        propertyRuns(80),
      );
    },
    scaledTimeoutMs(30_000),
  );

  /** Lets clients take turns, each when it is not blocked, and tells what every one was replied after every turn. */
  async function play(side: Side, turns: readonly Turn[]): Promise<string[]> {
    await wipe(side);
    const clients = await Promise.all(Array.from({ length: clientCount }, () => RawClient.connect(side.port)));
    const ids = await Promise.all(clients.map(async (client) => (await client.ask('CLIENT', 'ID')).slice(1, -2)));
    const isBusy = clients.map(() => false);
    const log: string[] = [];
    const settled = async (): Promise<void> => {
      for (;;) {
        const info = await side.control.ask('INFO', 'clients');
        clients.forEach((client, i) => {
          const reply = client.take();
          if (reply === undefined) return;
          log.push(`${i} got ${reply}`);
          isBusy[i] = false;
        });
        if (Number(/blocked_clients:(\d+)/.exec(info)?.[1]) === isBusy.filter(Boolean).length) return;
      }
    };
    for (const { who, command } of turns) {
      if (isBusy[who]) {
        if (command[0] !== 'PING') continue;
        log.push(`${who} is unblocked: ${await side.control.ask('CLIENT', 'UNBLOCK', ids[who]!, command[1]!)}`);
      } else {
        log.push(`${who} asks ${command.join(' ')}`);
        clients[who]!.send(...command);
        isBusy[who] = true;
      }
      await settled();
      // Who is served in one turn is told in the order of the clients, since their lines are separate.
      log.push(
        log
          .splice(log.findLastIndex((line) => !line.includes(' got ')) + 1)
          .sort()
          .join(' | '),
      );
    }
    for (const key of keys) log.push(await side.control.ask('EXISTS', key));
    for (const client of clients) {
      client.send('QUIT');
      client.close();
    }
    while (!/blocked_clients:0/.test(await side.control.ask('INFO', 'clients')));
    return log;
  }
});

const keys = ['a', 'b', 'c'];
const clientCount = 4;

interface Turn {
  readonly who: number;
  readonly command: readonly string[];
}

function extraReplies([name = '', ...args]: readonly string[]): number {
  return /^p?subscribe$|^p?unsubscribe$/i.test(name) && args.length > 1 ? args.length - 1 : 0;
}

const key = fc.constantFrom(...keys);
const value = fc.constantFrom('x', 'y', '', '\xff\r\n');
const number = fc.constantFrom(
  '0',
  '1',
  '-1',
  '2',
  '-2',
  '100',
  '-100',
  'x',
  '1.5',
  '',
  '9223372036854775807',
  '+1',
  '01',
);
const side = fc.constantFrom('LEFT', 'RIGHT', 'left', 'x');
const words = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)));

const command: fc.Arbitrary<string[]> = fc.oneof(
  { arbitrary: words(fc.constantFrom('LPUSH', 'rpush'), key, value, value), weight: 3 },
  { arbitrary: words(fc.constantFrom('LPUSH', 'rpush'), key, value), weight: 3 },
  words(fc.constantFrom('LPOP', 'RPOP', 'GET', 'LLEN', 'EXISTS', 'DEL', 'LPUSH', 'TTL', 'PTTL'), key),
  words(fc.constantFrom('LPOP', 'RPOP'), key, number),
  words(fc.constantFrom('LRANGE', 'LTRIM'), key, number, number),
  words('LREM', key, number, value),
  words('LMOVE', key, key, side, side),
  words('BLMOVE', key, key, side, side, fc.constantFrom('0.01', 'x', '-1')),
  words(fc.constantFrom('BLPOP', 'BRPOP'), key, key, fc.constantFrom('0.01', 'x', '-1', 'nan', '1e400')),
  words('SET', key, value),
  words('SET', key, value, fc.constantFrom('NX', 'XX', 'GET', 'KEEPTTL', 'PX', 'x')),
  words(
    'SET',
    key,
    value,
    fc.constantFrom('NX', 'XX', 'GET', 'EX'),
    fc.constantFrom('NX', 'GET', 'KEEPTTL', '100', '0', 'x'),
  ),
  words(
    'EXPIRE',
    key,
    fc.constantFrom('100', '0', '-1', 'x', '9223372036854775807'),
    fc.constantFrom('NX', 'XX', 'GT', 'LT', 'x'),
  ),
  words('EXPIRE', key, fc.constantFrom('100', '200', '0', 'x')),
  words('EXISTS', key, key),
  words('DEL', key, key),
  words('PUBLISH', key, value),
  words('PING', value),
  words(
    fc.constantFrom('ECHO', 'PING', 'SELECT', 'NOPE', 'TTL', 'SET', 'CLIENT', 'PUBSUB', 'COMMAND'),
    fc.constantFrom('', 'x', '1', '0'),
  ),
);

const timeout = fc.constant('0');
const turn: fc.Arbitrary<Turn> = fc.record({
  who: fc.nat(clientCount - 1),
  command: fc.oneof(
    { arbitrary: words(fc.constantFrom('BLPOP', 'BRPOP'), key, key, timeout), weight: 3 },
    { arbitrary: words(fc.constantFrom('BLPOP', 'BRPOP'), key, timeout), weight: 3 },
    {
      arbitrary: words('BLMOVE', key, key, fc.constantFrom('LEFT', 'RIGHT'), fc.constantFrom('LEFT', 'RIGHT'), timeout),
      weight: 3,
    },
    words(fc.constantFrom('LPUSH', 'RPUSH'), key, fc.constantFrom('1', '2')),
    words(fc.constantFrom('LPUSH', 'RPUSH'), key, '3', '4', '5'),
    words('LMOVE', key, key, fc.constantFrom('LEFT', 'RIGHT'), fc.constantFrom('LEFT', 'RIGHT')),
    words('LPOP', key),
    words('DEL', key),
    words('SET', key, 'string'),
    words('PING', fc.constantFrom('TIMEOUT', 'ERROR')),
  ),
});

/** What no generator would think of. */
const conversations: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'unknown and incomplete commands': [
    ['FOO'],
    ['FOO', 'a', 'b c', '\xff'],
    ['foo\r\nbar', 'x\ny'],
    ['FOO', ...Array.from({ length: 20 }, () => 'abcdefghij')],
    ['FOO', 'x'.repeat(200), 'y'],
    ['F'.repeat(200)],
    [''],
    ['GET'],
    ['LPUSH', 'a'],
    ['LRANGE', 'a', '1', '2', '3'],
    ['LPOP', 'a', '1', '2'],
    ['PING', 'a', 'b'],
    ['CLIENT'],
    ['CLIENT', 'FOO'],
    ['CLIENT', 'F'.repeat(200)],
    ['CLIENT', 'ID', 'x'],
    ['CLIENT', 'KILL'],
    ['PUBSUB'],
    ['PUBSUB', 'FOO'],
    ['COMMAND', 'FOO'],
  ],
  'a handshake': [
    ['HELLO', 'x'],
    ['HELLO', '4'],
    ['HELLO', '2', 'FOO'],
    ['HELLO', '2', 'AUTH', 'x'],
    ['HELLO', '2', 'AUTH', 'x', 'y'],
    ['HELLO', '2', 'SETNAME', 'a b'],
    ['AUTH', 'x'],
    ['AUTH', 'u', 'p'],
    ['AUTH', 'default', 'p'],
    ['AUTH', 'a', 'b', 'c'],
    ['SELECT', '0'],
    ['SELECT', '1'],
    ['SELECT', 'x'],
    ['CLIENT', 'SETNAME', 'me'],
    ['CLIENT', 'GETNAME'],
    ['CLIENT', 'SETNAME', 'a b'],
    ['CLIENT', 'SETNAME', ''],
    ['CLIENT', 'GETNAME'],
    ['CLIENT', 'NO-EVICT', 'on'],
    ['CLIENT', 'NO-EVICT', 'x'],
    ['RESET'],
  ],
  'times to live': [
    ['SET', 'a', 'v', 'EX', '100'],
    ['TTL', 'a'],
    ['SET', 'a', 'v', 'KEEPTTL'],
    ['TTL', 'a'],
    ['SET', 'a', 'v'],
    ['TTL', 'a'],
    ['PTTL', 'a'],
    ['TTL', 'none'],
    ['EXPIRE', 'a', '10', 'NX'],
    ['EXPIRE', 'a', '20', 'NX'],
    ['EXPIRE', 'a', '5', 'GT'],
    ['EXPIRE', 'a', '20', 'GT'],
    ['EXPIRE', 'a', '30', 'LT'],
    ['TTL', 'a'],
    ['EXPIRE', 'a', '10', 'NX', 'XX'],
    ['EXPIRE', 'a', '10', 'GT', 'LT'],
    ['EXPIRE', 'a', '10', 'FOO'],
    ['EXPIRE', 'none', '10'],
    ['EXPIRE', 'a', '9223372036854775'],
    ['PEXPIRE', 'a', '9223372036854775807'],
    ['PEXPIRE', 'a', '-9223372036854775808'],
    ['EXISTS', 'a'],
    ['SET', 'a', 'v', 'PXAT', '1'],
    ['GET', 'a'],
    ['SET', 'a', 'v', 'EXAT', '99999999999'],
    ['GET', 'a'],
    ['SET', 'a', 'v', 'PX', '0'],
    ['SET', 'a', 'v', 'EX', '-1'],
    ['SET', 'a', 'v', 'EX', '9223372036854775807'],
    ['SET', 'a', 'v', 'PX', 'x'],
    ['SET', 'a', 'v', 'PX'],
    ['SET', 'a', 'v', 'EX', '1', 'PX', '1'],
    ['SET', 'a', 'v', 'EX', '100', 'EX', '200'],
    ['TTL', 'a'],
    ['SET', 'a', 'v', 'KEEPTTL', 'EX', '1'],
    ['SET', 'a', 'v', 'NX', 'XX'],
  ],
  'conditional values': [
    ['SET', 'a', '1', 'XX'],
    ['SET', 'a', '1', 'NX', 'GET'],
    ['SET', 'a', '2', 'NX', 'GET'],
    ['SET', 'a', '3', 'XX', 'GET'],
    ['GET', 'a'],
    ['LPUSH', 'b', 'x'],
    ['SET', 'b', '1', 'GET'],
    ['SET', 'b', '1', 'NX'],
    ['SET', 'b', '1', 'XX'],
  ],
  'waiting in vain': [
    ['BLPOP', 'a', '0.01'],
    ['BRPOP', 'a', 'b', '0.01'],
    ['BLMOVE', 'a', 'b', 'LEFT', 'RIGHT', '0.01'],
    ['BLPOP', 'a', 'inf'],
    ['BLPOP', 'a', '1e100'],
    ['BLPOP', 'a', ' 1'],
    ['BLPOP', 'a', ''],
    ['BLPOP', 'a', '.01'],
    ['SET', 'b', 'x'],
    ['BLPOP', 'a', 'b', '0'],
    ['BLMOVE', 'b', 'a', 'LEFT', 'LEFT', '0'],
    ['LPUSH', 'a', 'v'],
    ['BLMOVE', 'a', 'b', 'LEFT', 'LEFT', '0'],
    ['BLMOVE', 'a', 'c', 'UP', 'LEFT', '0'],
    ['LRANGE', 'a', '0', '-1'],
    ['BLMOVE', 'a', 'a', 'LEFT', 'LEFT', '0'],
    ['CLIENT', 'UNBLOCK', '999999'],
    ['CLIENT', 'UNBLOCK', 'x'],
    ['CLIENT', 'UNBLOCK', '1', 'FOO'],
  ],
  channels: [
    ['PUBSUB', 'NUMSUB'],
    ['PUBSUB', 'NUMSUB', 'a', 'b'],
    ['PUBSUB', 'NUMPAT', 'x'],
    ['PUBSUB', 'CHANNELS', 'a', 'b'],
    ['UNSUBSCRIBE'],
    ['PUNSUBSCRIBE'],
    ['UNSUBSCRIBE', 'x', 'y'],
    ['SUBSCRIBE', 'a', 'b', 'a'],
    ['PSUBSCRIBE', 'a*', 'a*'],
    ['PING'],
    ['PING', 'x'],
    ['UNSUBSCRIBE', 'a'],
    ['GET'],
    ['FOO'],
    ['PUNSUBSCRIBE', 'a*'],
    ['UNSUBSCRIBE', 'b'],
    ['PUBSUB', 'CHANNELS'],
    ['GET', 'a'],
    ['SUBSCRIBE', 'a'],
    ['RESET'],
    ['GET', 'a'],
  ],
  clients: [
    ['CLIENT', 'KILL', '1.2.3.4:5'],
    ['CLIENT', 'KILL', 'ID', 'x'],
    ['CLIENT', 'KILL', 'ID', '0'],
    ['CLIENT', 'KILL', 'ID', '999999'],
    ['CLIENT', 'KILL', 'FOO', '1'],
    ['CLIENT', 'KILL', 'TYPE', 'foo'],
    ['CLIENT', 'KILL', 'TYPE', 'pubsub'],
    ['CLIENT', 'KILL', 'USER', 'nobody'],
    ['CLIENT', 'KILL', 'SKIPME', 'maybe'],
    ['CLIENT', 'LIST', 'TYPE', 'foo'],
    ['CLIENT', 'LIST', 'FOO'],
    ['CLIENT', 'LIST', 'ID', 'x'],
    ['CLIENT', 'LIST', 'ID', '999999'],
    ['COMMAND', 'LIST', 'x'],
    ['COMMAND', 'INFO', 'nosuchcommand'],
    ['COMMAND', 'DOCS', 'nosuchcommand'],
    ['INFO', 'nosuchsection'],
  ],
};

/** Bytes after which the conversation is over. */
const nonsense: Readonly<Record<string, string>> = {
  'quotes that are not closed': 'ECHO "abc\r\n',
  'words within an array': '*1\r\nPING\r\n',
  'a length that is none': '*x\r\n',
  'a negative size': '*1\r\n$-1\r\n',
  'a size too large': '*1\r\n$536870913\r\n',
  'a line too long': 'a'.repeat(70_000),
  'a count too long': `*${'1'.repeat(70_000)}`,
  'a size too long': `*1\r\n$${'1'.repeat(70_000)}`,
  HTTP: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  'a good command and a bad one': '*1\r\n$4\r\nPING\r\n*1\r\n$x\r\n*1\r\n$4\r\nPING\r\n',
};
