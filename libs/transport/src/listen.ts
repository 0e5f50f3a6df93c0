import { isIPv6, type AddressInfo } from 'node:net';
import { AddressError, type AddressErrorCode } from './errors.js';

/** Where to accept connections. */
export interface ListenOptions {
  /** Address or name of an interface (127.0.0.1 unless told). */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** Where a host accepts connections, with the real port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const problems: Readonly<Record<string, readonly [AddressErrorCode, string]>> = {
  EADDRINUSE: ['address_in_use', 'is in use by another program'],
  EADDRNOTAVAIL: ['address_not_available', 'is not an address of this machine'],
  EACCES: ['address_denied', 'needs more rights than this program has'],
  ENOTFOUND: ['address_invalid', 'is not a known host'],
  EAI_AGAIN: ['address_invalid', 'is not a known host'],
  ERR_SOCKET_BAD_PORT: ['address_invalid', 'has no valid port (0 to 65535)'],
};

/** `127.0.0.1:80`, `[::1]:80`. */
export function formatAddress({ host, port }: ListenAddress): string {
  return `${formatHost(host)}:${port}`;
}

/** A name or address as it stands in a URL: `127.0.0.1`, `[::1]`. */
export function formatHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** What a failed `listen` means, as an {@link AddressError}; other errors as they are. */
export function listenError(error: unknown, address: ListenAddress): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const problem = problems[code];
  return problem ? new AddressError(problem[0], formatAddress(address), problem[1], { cause: error }) : error;
}

/** The address of a listening TCP server. */
export function listenAddress(address: AddressInfo | string | null): ListenAddress | undefined {
  return address === null || typeof address === 'string' ? undefined : { host: address.address, port: address.port };
}
