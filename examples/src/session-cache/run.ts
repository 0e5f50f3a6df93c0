import type { Print } from '../example.js';
import { startServers } from '../servers.js';
import { SessionCache } from './session-cache.js';

const lifetimeMs = 1000;

/** Log in, look at pages from several browser tabs at once, log out, and be forgotten. */
export async function sessionCache(print: Print): Promise<void> {
  await using servers = await startServers('fusion');
  const cache = await SessionCache.open(servers.at('fusion'), lifetimeMs);

  const laptop = await cache.login('ada');
  const phone = await cache.login('ada');
  print(`ada is logged in on ${await cache.count('ada')} devices`);

  await Promise.all(Array.from({ length: 100 }, () => cache.visit(laptop)));
  print(`100 pages at once were counted as ${(await cache.pages(laptop)) ?? 0}`);

  await cache.logout(phone);
  print(`after logging out on one: ${await cache.count('ada')}`);
  while ((await cache.pages(laptop)) !== undefined);
  print(`${lifetimeMs} ms after the other login: ${await cache.count('ada')}`);
  print(`a page now ${(await cache.visit(laptop)) ? 'is counted' : 'asks for a login'}`);
}
