import type { IncomingMessage } from 'node:http';

/** Which web pages may connect: `same` (those of this host), `any`, or a list such as `['https://example.org']`. */
export type AllowedOrigins = 'same' | 'any' | readonly string[];

/**
 * Whether a request may open a WebSocket. Browsers let any page connect to any host, loopback included, and tell only
 * through the header `origin` which page it was; programs other than browsers send none.
 */
export function isOriginAllowed({ headers }: IncomingMessage, allowed: AllowedOrigins): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed === 'any') return true;
  if (allowed !== 'same') return allowed.includes(origin);
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
