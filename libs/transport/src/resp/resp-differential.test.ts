import { propertyRuns, redisServerPath, scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomKeys } from '../testing/random-command.js';
import { RawClient } from '../testing/raw-client.js';
import { startTwinServers, type Twin, type TwinServers } from '../testing/twin-servers.js';

const isInstalled = redisServerPath() !== undefined;
if (!isInstalled) console.log('the RESP server compared with Redis: no redis-server on the PATH: skipped');

describe.skipIf(!isInstalled)('the RESP server replies byte for byte what a real redis-server replies', () => {
  let twins: TwinServers;
  let sides: readonly [real: Twin, own: Twin];

  beforeAll(async () => {
    twins = await startTwinServers();
    sides = [twins.real, twins.own];
  });

  afterAll(() => twins.stop());

  /** Replies of one fresh client of a side to some commands, one at a time. */
  async function converse(side: Twin, commands: readonly (readonly string[])[]): Promise<string[]> {
    await side.control.ask('DEL', ...randomKeys);
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
    const third = async (side: Twin): Promise<string[]> =>
      (await converse(side, [['HELLO', '3'], ...commands])).slice(1);
    expect(await third(sides[1])).toEqual(await third(sides[0]));
  });

  test.each(Object.entries(nonsense))('to %s', async (_what, bytes) => {
    const last = async (side: Twin): Promise<string> => {
      const client = await RawClient.connect(side.port);
      client.sendRaw(bytes);
      return client.untilClosed();
    };
    expect(await last(sides[1])).toBe(await last(sides[0]));
  });

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
    scaledTimeoutMs(120_000),
  );
});

function extraReplies([name = '', ...args]: readonly string[]): number {
  return /^p?subscribe$|^p?unsubscribe$/i.test(name) && args.length > 1 ? args.length - 1 : 0;
}

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
