import fc from 'fast-check';
import { comparable } from './comparable-reply.js';
import { randomKeys, type WireCommand } from './random-command.js';
import { encodeCommand, RawClient } from './raw-client.js';
import type { Twin } from './twin-servers.js';

/** One of several clients sends a command; `@2` in it stands for the number of client 2. */
export interface Turn {
  readonly who: number;
  readonly command: WireCommand;
}

const clientCount = 4;
/** Commands a client may send behind one that waits. */
const pendingMax = 3;

const key = fc.constantFrom(...randomKeys);
const end = fc.constantFrom('LEFT', 'RIGHT');
const someone = fc.nat(clientCount - 1).map((who) => `@${who}`);
const words = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)));

export const randomTurn: fc.Arbitrary<Turn> = fc.record({
  who: fc.nat(clientCount - 1),
  command: fc.oneof(
    { arbitrary: words(fc.constantFrom('BLPOP', 'BRPOP'), key, key, '0'), weight: 4 },
    { arbitrary: words(fc.constantFrom('BLPOP', 'BRPOP'), key, '0'), weight: 4 },
    { arbitrary: words('BLMOVE', key, key, end, end, '0'), weight: 4 },
    { arbitrary: words(fc.constantFrom('LPUSH', 'RPUSH'), key, fc.constantFrom('1', '2')), weight: 3 },
    { arbitrary: words(fc.constantFrom('LPUSH', 'RPUSH'), key, '3', '4', '5'), weight: 2 },
    words('LMOVE', key, key, end, end),
    words(fc.constantFrom('LPOP', 'DEL'), key),
    words('LTRIM', key, fc.constantFrom('0', '1'), fc.constantFrom('0', '-1')),
    words('SET', key, 'string'),
    words('EXPIRE', key, fc.constantFrom('10000', '0')),
    words('SUBSCRIBE', 'ch'),
    words(fc.constantFrom('UNSUBSCRIBE', 'PUNSUBSCRIBE')),
    words('PSUBSCRIBE', 'c*'),
    words('PUBLISH', 'ch', fc.constantFrom('m', 'n')),
    words('PUBSUB', 'NUMSUB', 'ch'),
    words('CLIENT', 'UNBLOCK', someone, fc.constantFrom('TIMEOUT', 'ERROR')),
    words('CLIENT', 'KILL', 'ID', someone, 'SKIPME', fc.constantFrom('yes', 'no')),
    words('CLIENT', 'LIST', 'ID', someone),
    words('RESET'),
  ),
});

/** A client and what it has asked and not been answered. */
interface Player {
  readonly raw: RawClient;
  readonly id: string;
  readonly heard: string[];
  readonly pending: string[];
}

/** Lets clients take turns, each after everything that the last one caused; tells what every one heard and what is left. */
export async function playTurns({ port, control }: Twin, turns: readonly Turn[]): Promise<unknown> {
  await control.ask('DEL', ...randomKeys);
  const players: Player[] = [];
  for (let i = 0; i < clientCount; i++) {
    const raw = await RawClient.connect(port);
    await raw.ask('HELLO', i % 2 === 0 ? '2' : '3');
    players.push({ raw, id: (await raw.ask('CLIENT', 'ID')).slice(1, -2), heard: [], pending: [] });
  }
  await settled(control, players);
  for (const [i, { who, command }] of turns.entries()) {
    const player = players[who];
    if (!player || player.raw.isClosed || player.pending.length >= pendingMax) continue;
    const asked = command.map((word) => (word.startsWith('@') ? (players[Number(word.slice(1))]?.id ?? '') : word));
    // Behind what is asked, a mark, so that its end is seen whatever it is answered with.
    const mark = `mark ${i}.`;
    player.pending.push(mark);
    player.raw.sendRaw(Buffer.concat([encodeCommand(asked), encodeCommand(['PING', mark])]));
    await settled(control, players);
  }
  for (const player of players)
    while (player.pending.length > 0 && !player.raw.isClosed) {
      await control.ask('CLIENT', 'UNBLOCK', player.id);
      await settled(control, players);
    }
  const left: string[] = [];
  for (const key of randomKeys) left.push(await control.ask('LRANGE', key, '0', '-1'));
  for (const { raw } of players) raw.close();
  await connected(control, 1);
  return { heard: players.map(({ heard, raw }) => [...heard, raw.isClosed ? 'closed' : 'open']), left };
}

/** Resolves when whoever has no answer waits, and whoever is disconnected is gone. */
async function settled(control: RawClient, players: readonly Player[]): Promise<void> {
  for (;;) {
    const info = await control.ask('INFO', 'clients');
    for (const { raw, heard, pending } of players) {
      for (let reply = raw.take(); reply !== undefined; reply = raw.take()) {
        heard.push(comparable(reply));
        if (pending[0] !== undefined && reply.includes(pending[0])) pending.shift();
      }
    }
    const open = players.filter(({ raw }) => !raw.isClosed);
    const waiting = open.filter(({ pending }) => pending.length > 0);
    if (count(info, 'blocked_clients') === waiting.length && count(info, 'connected_clients') === open.length + 1)
      return;
  }
}

async function connected(control: RawClient, clients: number): Promise<void> {
  while (count(await control.ask('INFO', 'clients'), 'connected_clients') !== clients);
}

function count(info: string, field: string): number {
  return Number(new RegExp(`${field}:(\\d+)`).exec(info)?.[1]);
}
