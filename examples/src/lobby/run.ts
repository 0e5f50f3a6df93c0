import { SyncTimeoutError, type SendResult } from '@syncytium/netsync';
import { connectNetsync } from '@syncytium/netsync/client';
import type { Print } from '../example.js';
import { startServers } from '../servers.js';

interface Player {
  readonly name: string;
  readonly region: string;
  readonly level: 'beginner' | 'master';
  /** Whom they want to play with. */
  readonly wish: string;
}

const players: readonly Player[] = [
  { name: 'ada', region: 'eu', level: 'master', wish: 'region=eu' },
  { name: 'bob', region: 'us', level: 'beginner', wish: 'level=beginner' },
  { name: 'cleo', region: 'eu', level: 'beginner', wish: 'region in (eu,us),level!=master' },
  { name: 'dan', region: 'eu', level: 'master', wish: 'region=eu' },
  { name: 'eve', region: 'asia', level: 'master', wish: 'region=asia' },
];

/** Players ask for an opponent and wait; two meet when each is what the other one wants. */
export async function lobby(print: Print): Promise<void> {
  await using servers = await startServers('netsync');
  const client = await connectNetsync(servers.at('netsync').replace('http', 'ws'));
  const seek = async ({ name, region, level, wish }: Player): Promise<SendResult | string> => {
    try {
      return await client.send({
        event: 'chess',
        actor: name,
        labels: { player: name, region, level },
        selector: `${wish},player!=${name}`,
        payload: `${name} (${region}, ${level})`,
        timeout: '1s',
      });
    } catch (error) {
      if (error instanceof SyncTimeoutError) return error.message;
      throw error;
    }
  };
  const found = await Promise.all(players.map(seek));
  const games = found.filter((one) => typeof one !== 'string');
  const perGame = new Map(games.map(({ matchId, payloads }) => [matchId, Object.values(payloads)]));
  for (const opponents of perGame.values()) print(opponents.sort().join(' plays '));
  for (const alone of found.filter((one) => typeof one === 'string')) print(alone.replace(/\d+ ms/, 'a second'));
  client.close();
}
