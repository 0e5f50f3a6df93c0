import type { IncomingMessage } from 'node:http';
import { InvalidArgumentError } from '@syncytium/kit';
import { OriginRefusedError } from './errors.js';

/** Which web pages may call: `same` (those of this host), `any`, or a list such as `['https://example.org']`. */
export type AllowedOrigins = 'same' | 'any' | readonly string[];

/** A scheme and an authority, as browsers write them; `null` is that of a page without one. */
const originPattern = /^(?:null|[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+)$/;

/** What may call, in the spelling of browsers. Throws {@link InvalidArgumentError} for an origin that is none. */
export function resolveOrigins(origins: AllowedOrigins = 'same'): AllowedOrigins {
  return typeof origins === 'string' ? origins : origins.map(resolveOrigin);
}

function resolveOrigin(text: string, index: number): string {
  const origin = text.toLowerCase();
  if (!originPattern.test(origin))
    throw new InvalidArgumentError(
      `origins[${index}]`,
      `must be like https://example.org, got ${JSON.stringify(text)}`,
    );
  // Browsers leave out the port that the scheme stands for.
  return /^https?:/.test(origin) && URL.canParse(origin) ? new URL(origin).origin : origin;
}

/**
 * Why a request is refused: a web page sent it that may not call. Browsers let any page call any host, loopback included,
 * and tell only through headers which page it was; programs other than browsers send none of them.
 */
export function originRefusal({ headers }: IncomingMessage, allowed: AllowedOrigins): OriginRefusedError | undefined {
  if (allowed === 'any') return undefined;
  const { origin } = headers;
  if (origin === undefined) {
    // What a page embeds or links to has no origin, only this: `none` is a person's doing, such as a bookmark.
    const site = headers['sec-fetch-site'];
    return site === 'cross-site' || site === 'same-site' ? new OriginRefusedError() : undefined;
  }
  const isAllowed = allowed === 'same' ? isSameHost(origin, headers.host) : allowed.includes(origin);
  return isAllowed ? undefined : new OriginRefusedError(origin);
}

/** Not the scheme: behind a proxy that ends TLS it is another one. */
function isSameHost(origin: string, host = ''): boolean {
  if (origin === `http://${host}` || origin === `https://${host}`) return true;
  if (!URL.canParse(origin)) return false;
  const { protocol, host: own } = new URL(origin);
  const called = `${protocol}//${host}`;
  return own !== '' && URL.canParse(called) && new URL(called).host === own;
}
