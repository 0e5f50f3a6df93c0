import { propertyRuns, redisServerPath, scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparable } from '../testing/comparable-reply.js';
import { randomCommand, randomKeys, type WireCommand } from '../testing/random-command.js';
import { encodeCommand, RawClient, splitReplies } from '../testing/raw-client.js';
import { startTwinServers, type Twin, type TwinServers } from '../testing/twin-servers.js';
import { playTurns, randomTurn } from '../testing/turns.js';

const isInstalled = redisServerPath() !== undefined;

describe.skipIf(!isInstalled)('whatever is asked, the RESP server replies what a real redis-server replies', () => {
  let twins: TwinServers;

  beforeAll(async () => {
    twins = await startTwinServers();
  });

  afterAll(() => twins.stop());

  /** What the two servers make of the same work. */
  async function compare<T>(work: (twin: Twin) => Promise<T>): Promise<void> {
    const [real, own] = await Promise.all([work(twins.real), work(twins.own)]);
    expect(own).toEqual(real);
  }

  /** All that comes back when all commands are sent at once. */
  async function converse({ port, control }: Twin, commands: readonly WireCommand[]): Promise<string[]> {
    await control.ask('DEL', ...randomKeys);
    const client = await RawClient.connect(port);
    client.sendRaw(Buffer.concat([...commands, ['RESET'], ['QUIT']].map(encodeCommand)));
    return splitReplies(await client.untilClosed()).map(comparable);
  }

  test(
    'to one client that asks anything, well or badly, in either protocol',
    async () => {
      const commands = fc.array(randomCommand, { minLength: 1, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(commands, (commands) => compare((twin) => converse(twin, commands))),
        propertyRuns(400),
      );
    },
    scaledTimeoutMs(120_000),
  );

  test(
    'to several clients that wait for, serve, interrupt and disconnect each other',
    async () => {
      const turns = fc.array(randomTurn, { minLength: 1, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(turns, (turns) => compare((twin) => playTurns(twin, turns))),
        propertyRuns(600),
      );
    },
    scaledTimeoutMs(120_000),
  );
});
