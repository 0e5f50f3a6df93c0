import { isIPv6 } from 'node:net';
import { InvalidArgumentError } from '@syncytium/kit';
import { formatHost, type ListenAddress } from '../listen.js';

/** By which names a host may be called, such as `['api.example.org']`, beside its address and those of loopback. */
export type AllowedHosts = 'any' | readonly string[];

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];
/** A name or address in the header `host`, and a port. */
const hostPattern = /^(?<name>\[[0-9a-f:.]+\]|[^\s:/[\]]+?)\.?(?::\d*)?$/i;

/**
 * Knows the names a host goes by. A page whose own name is made to lead to this machine is of the same origin as
 * whatever answers there (DNS rebinding); that it calls the host by that name is all that gives it away.
 */
export class HostNames {
  readonly #names: ReadonlySet<string> | undefined;
  /** Nearly every request of a host has the same header. */
  #lastAllowed = '';

  /** `bound` is where the host listens, `asked` the address or name it was told to. */
  constructor(allowed: AllowedHosts | undefined, bound: ListenAddress, asked: string) {
    const isOpen = allowed === 'any' || (allowed === undefined && !isLoopback(bound.host));
    if (isOpen) return;
    const names = [...loopbackNames, bound.host, asked, ...(allowed ?? [])];
    this.#names = new Set(names.map((name) => formatHost(name).toLowerCase()));
  }

  /** Whether a request with this header `host` is meant for this host. */
  has(header: string): boolean {
    if (this.#names === undefined || header === this.#lastAllowed) return true;
    const name = hostPattern.exec(header)?.groups?.['name']?.toLowerCase();
    if (name === undefined || !this.#names.has(name)) return false;
    this.#lastAllowed = header;
    return true;
  }
}

/** Throws {@link InvalidArgumentError} for a name that no header `host` can have. */
export function checkAllowedHosts(allowed: AllowedHosts | undefined): void {
  if (allowed === undefined || allowed === 'any') return;
  for (const [i, name] of allowed.entries()) {
    if (!isIPv6(name) && hostPattern.exec(name)?.groups?.['name'] !== name)
      throw new InvalidArgumentError(`hosts[${i}]`, `must be a name without a port, got ${JSON.stringify(name)}`);
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}
