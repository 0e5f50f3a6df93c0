import { availableParallelism } from 'node:os';
import {
  allowedHosts,
  bytes,
  choice,
  duration,
  hostPort,
  integer,
  text,
  type HostPort,
  type Setting,
} from '@syncytium/program';

/** An interface's place and limits, as the original has them; where it differs, why. */
interface InterfaceDefaults {
  readonly address: HostPort;
  /** Longest query in bytes: unless told, and the range it may be set to. */
  readonly bytesMax: number;
  readonly bytesMaxRange: readonly [min: number, max: number];
}

const loopback = '127.0.0.1';

/** The three interfaces as they are without settings. */
export const interfaceDefaults = {
  rest: { address: { host: loopback, port: 1981 }, bytesMax: 64 * 1024, bytesMaxRange: [64, 8 * 2 ** 20] },
  standard: { address: { host: loopback, port: 1982 }, bytesMax: 64 * 1024, bytesMaxRange: [64, 2 * 2 ** 20] },
  bulk: { address: { host: loopback, port: 1983 }, bytesMax: 8 * 2 ** 20, bytesMaxRange: [8 * 2 ** 20, 2 ** 30] },
} as const satisfies Readonly<Record<string, InterfaceDefaults>>;

/** Undefined unless given, so that the configuration file can stand between flags and defaults. */
function queryBytes(name: keyof typeof interfaceDefaults, help: string): Setting<number | undefined> {
  const { bytesMax, bytesMaxRange } = interfaceDefaults[name];
  const [min, max] = bytesMaxRange;
  const defaultText = bytesMax < 2 ** 20 ? `${bytesMax / 1024}kb` : `${bytesMax / 2 ** 20}mb`;
  return { ...bytes({ help, default: bytesMax, min, max }), default: undefined, defaultText };
}

function address(name: keyof typeof interfaceDefaults, help: string): Setting<HostPort | undefined> {
  const { host, port } = interfaceDefaults[name].address;
  return hostPort({ help, defaultText: `${host}:${port}` });
}

function serverAddress(name: keyof typeof interfaceDefaults, help: string): Setting<HostPort> {
  const { host, port } = interfaceDefaults[name].address;
  return hostPort({ help, default: `${host}:${port}` });
}

/** Undefined unless given: then only the system sets a limit. */
const memoryMax: Setting<number | undefined> = {
  ...bytes({
    help: 'most memory of objects and indexes, 1mb or more',
    default: 0,
    min: 2 ** 20,
    max: 2 ** 50,
  }),
  default: undefined,
  defaultText: 'none',
};

/** One processor is for the thread that serves. */
const threadsDefault = Math.max(1, availableParallelism() - 1);

/** The settings of the server. */
export const serverSettings = {
  arguments: {},
  options: {
    rest: address('rest', 'address of the REST interface'),
    ws: address('standard', 'address of the WebSocket interface'),
    bulk: address('bulk', 'address of the WebSocket interface for bulk'),
    allowedHosts,
    restMax: queryBytes('rest', 'longest query over REST, 64 bytes to 8mb'),
    wsMax: queryBytes('standard', 'longest query over the WebSocket, 64 bytes to 2mb'),
    bulkMax: queryBytes('bulk', 'longest query over the bulk WebSocket, 8mb to 1gb'),
    memoryMax,
    whenFull: choice(['refuse', 'evict-lru'], {
      help: 'what becomes of a write that needs more than --memory-max: it is refused, or the objects of its classes that were used least recently are taken out',
      default: 'refuse',
    }),
    config: text({ help: "configuration file in the original's form; flags go before it", placeholder: 'FILE' }),
    queueMax: integer({ help: 'most queries that wait for their turn', default: 65_536, min: 1, max: 1_000_000 }),
    threads: integer({
      help: 'threads that carry out queries; 0 for none but the one that serves',
      default: threadsDefault,
      defaultText: 'one less than there are processors, at least 1',
      min: 0,
      max: 256,
    }),
    pollWindow: duration({ help: 'how long to look for queries before sleeping', default: '0ms' }),
  },
} as const;

/** Where the commands that are clients find the server; unless told, at the usual place. */
export const restAddress = serverAddress('rest', 'address of the REST interface of the server');
export const wsAddress = serverAddress('standard', 'address of the WebSocket interface of the server');

/** Where `fusion load` stores: over Bulk, unless it is told of a REST interface only. */
export const bulkAddress = address('bulk', 'address of the bulk interface of the server');
export const restInstead = hostPort({ help: 'address of the REST interface, to be used where --bulk is not given' });
