import type { Print } from '../example.js';
import { startServers } from '../servers.js';
import { SessionCache } from './session-cache.js';

const hourMs = 3_600_000;
const kioskMs = 500;

/** Log in, look at pages from several browser tabs at once, log out; and at a kiosk, be forgotten. */
export async function sessionCache(print: Print): Promise<void> {
  await using home = await startServers('fusion');
  const cache = await SessionCache.open(home.at('fusion'), hourMs);
  const laptop = await cache.login('ada');
  const phone = await cache.login('ada');
  print(`ada is logged in on ${await cache.count('ada')} devices`);

  await Promise.all(Array.from({ length: 100 }, () => cache.visit(laptop)));
  print(`100 pages at once were counted as ${(await cache.pages(laptop)) ?? 0}`);

  await cache.logout(phone);
  print(`after logging out on one: ${await cache.count('ada')}`);

  await using inTheStreet = await startServers('fusion');
  const kiosk = await SessionCache.open(inTheStreet.at('fusion'), kioskMs);
  const left = await kiosk.login('bob');
  while ((await kiosk.pages(left)) !== undefined);
  print(`${kioskMs} ms after bob's login at a kiosk: ${await kiosk.count('bob')}`);
  print(`the next page there ${(await kiosk.visit(left)) ? 'is counted' : 'asks for a login'}`);
}
