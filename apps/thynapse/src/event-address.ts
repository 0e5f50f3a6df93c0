import { UsageError } from '@syncytium/program';
import type { ThynapseConfig } from './config.js';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;
const everywhere = /^(?:0\.0\.0\.0|::|\*)$/;

/** Where the two sockets are bound, and how the event socket's address reads for cells. */
export interface TransmitterAddresses {
  readonly command: string;
  readonly event: string;
  readonly advertise: (bound: string) => string;
}

/** Throws `UsageError` for what would expose the transmitter unasked, or be of no use to cells. */
export function transmitterAddresses({
  address: { host, port },
  eventPort,
  advertise,
  insecureBind,
  curveSecret,
  allow,
}: Pick<
  ThynapseConfig,
  'address' | 'eventPort' | 'advertise' | 'insecureBind' | 'curveSecret' | 'allow'
>): TransmitterAddresses {
  if (!loopback.test(host) && !insecureBind && (curveSecret === undefined || allow === undefined))
    throw new UsageError(
      `address ${host} can be reached by other machines: give --curve-secret and --allow, or --insecure-bind if anybody may connect`,
    );
  if (everywhere.test(host) && advertise === undefined)
    throw new UsageError(`--advertise is needed with address ${host}: cells must be told a host to connect to`);
  const events = eventPort >= 0 ? eventPort : port === 0 ? 0 : port + 1;
  if (events > 65_535) throw new UsageError('--event-port is needed: there is no port after 65535');
  return {
    command: tcp(host, port),
    event: tcp(host, events),
    advertise: (bound) => (advertise === undefined ? bound : tcp(advertise, portOf(bound))),
  };
}

function tcp(host: string, port: number | string): string {
  return `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1);
}
