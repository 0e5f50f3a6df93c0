import { AddressError } from '../errors.js';

/** What ØMQ is given for an address of ours, and what it must know beforehand. */
export interface ZeromqAddress {
  readonly address: string;
  readonly ipv6: boolean;
}

/** `HOST` is a name, an IPv4 address, an IPv6 address in brackets, or `*` for all interfaces. */
const tcp = /^tcp:\/\/(?<host>\*|[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?\]):(?<port>\*|\d{1,5})$/;
/** Unix sockets' paths have at most 107 bytes. */
const ipc = /^ipc:\/\/[^\0]{1,107}$/;

/** ØMQ itself takes `tcp://127.0.0.1:80x` for port 80 and wraps numbers that are too large. */
export function bindAddress(address: string): ZeromqAddress {
  return check(address, 'must look like tcp://HOST:PORT (port 0 or * for any) or ipc://PATH', () => true);
}

export function connectAddress(address: string): ZeromqAddress {
  return check(
    address,
    'must look like tcp://HOST:PORT or ipc://PATH',
    (host, port) => host !== '*' && port !== '*' && Number(port) > 0,
  );
}

/** What went wrong when ØMQ could not bind. */
export function bindError(address: string, cause: unknown): AddressError {
  const code = (cause as { code?: unknown }).code;
  if (code === 'EADDRINUSE') return new AddressError('address_in_use', address, 'is already in use', { cause });
  if (code === 'EACCES') return new AddressError('address_denied', address, 'needs rights that are missing', { cause });
  if (code === 'EADDRNOTAVAIL' || code === 'ENODEV' || code === 'ENOENT')
    return new AddressError('address_not_available', address, 'does not exist on this machine', { cause });
  return new AddressError('address_invalid', address, `cannot be bound (${String(code)})`, { cause });
}

function check(address: string, problem: string, isGood: (host: string, port: string) => boolean): ZeromqAddress {
  const { host, port } = tcp.exec(address)?.groups ?? {};
  if (host !== undefined && port !== undefined) {
    if ((port === '*' || Number(port) <= 65_535) && isGood(host, port)) return { address, ipv6: host.startsWith('[') };
  } else if (ipc.test(address)) {
    return { address, ipv6: false };
  }
  throw new AddressError('address_invalid', address, problem);
}
