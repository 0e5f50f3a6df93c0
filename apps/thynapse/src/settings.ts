import {
  allowedHosts,
  duration,
  formatHostPort,
  hostPort,
  integer,
  parseHostPort,
  requiredText,
  text,
  toggle,
  type HostPort,
  type Setting,
} from '@syncytium/program';
import { checkKey, checkService, parsePattern, transmitterDefaults, type Pattern } from '@syncytium/thynapse';

/** Settings of the transmitter. */
export const transmitterSettings = {
  arguments: {
    address: hostPort({ help: 'address of the command socket', default: '127.0.0.1:5454' }),
  },
  options: {
    eventPort: integer({
      placeholder: 'PORT',
      help: 'port of the event socket; -1: the port after that of the command socket',
      default: -1,
      min: -1,
      max: 65_535,
    }),
    advertise: text({
      placeholder: 'HOST',
      help: 'name or address under which cells reach the event socket; the one that is bound unless told',
    }),
    peer: eventAddresses(),
    insecureBind: toggle({
      help: 'listen where other machines can connect though it is not known who does: without keys, or without --allow',
    }),
    curveSecret: text({
      placeholder: 'FILE',
      help: 'CURVE keys of this transmitter (thynapse keygen): everything is encrypted, and cells must have keys',
    }),
    allow: text({
      placeholder: 'FILE',
      help: 'public keys of those who may connect, one per line; read again when it has changed',
    }),
    http: hostPort({ help: 'address of health, metrics, waits and topology', default: '127.0.0.1:5456' }),
    allowedHosts,
    heartbeat: duration({
      help: 'how often a silent cell is asked for a sign of life; lost after three',
      default: '2s',
      min: '50ms',
    }),
    attempts: integer({
      help: 'how often a service may fail an event before it is a dead letter',
      default: transmitterDefaults.attempts,
      min: 1,
      max: 1_000_000,
    }),
    maxTasks: integer({
      help: 'most anycatch events waiting or in flight',
      default: transmitterDefaults.tasksMax,
      min: 1,
      max: 200_000,
    }),
    eventQueue: integer({
      help: 'most messages that wait for one subscriber of the event socket, another transmitter included; the rest it misses',
      default: 10_000,
      min: 10,
      max: 1_000_000,
    }),
    maxCells: integer({
      help: 'most cells connected at once',
      default: transmitterDefaults.cellsMax,
      min: 1,
      max: 1_000_000,
    }),
  },
} as const;

/** Options of the commands that are cells themselves. */
export const cellOptions = {
  transmitter: transmitterAddress('127.0.0.1:5454'),
  timeout: duration({ help: 'longest wait for the transmitter', default: '10s' }),
  curveSecret: text({
    placeholder: 'FILE',
    help: 'CURVE keys of this cell (thynapse keygen), where the transmitter wants such',
  }),
  transmitterKey: text({ placeholder: 'FILE', help: "the transmitter's public key, with --curve-secret" }),
} as const;

/** The option of commands that ask a transmitter over HTTP; also takes the address as the transmitter prints it. */
export const httpOption: Setting<HostPort> = {
  ...hostPort({ help: 'HTTP address of the transmitter', default: '127.0.0.1:5456' }),
  parse: (value) => parseHostPort(value.replace(/^http:\/\/([^/]*)\/?$/, '$1')),
};

/** An argument that is a pattern of channels. */
export function patternArgument(help: string): Setting<string> {
  return { ...requiredText({ help }), parse: (value) => readPattern(value).text };
}

/** An argument that is one channel. */
export function channelArgument(): Setting<string> {
  return {
    ...requiredText({ help: 'the channel, such as hello::world' }),
    parse(value) {
      const { kind, text } = readPattern(value);
      if (kind !== 'exact') throw new Error('must be one channel, without * and ?');
      return text;
    },
  };
}

/** What events are about: those with the same key go to the same cell. */
export const keyOption = {
  ...text({
    placeholder: 'KEY',
    help: 'what the event is about: of each service, events with the same key go to the same cell, one after the other',
  }),
  parse: (value: string) => checked(value, checkKey, 'must have 1 to 256 characters'),
};

/** The service that a cell is one of. */
export const serviceOption = {
  ...text({ placeholder: 'NAME', help: 'service that this cell is one of', default: 'work' }),
  parse: (value: string) =>
    checked(value, checkService, 'must have 1 to 128 characters, no *, ? and control characters, and not be thynapse'),
};

/** The data of an event; `undefined` where none is given. */
export const dataArgument: Setting<{ readonly value: unknown } | undefined> = {
  placeholder: 'JSON',
  help: 'the data, as JSON',
  default: undefined,
  parse(value) {
    try {
      return { value: JSON.parse(value) as unknown };
    } catch {
      throw new Error('must be JSON');
    }
  },
};

function readPattern(value: string): Pattern {
  return read(value, parsePattern, 'must have 1 to 512 characters, and no control characters');
}

function checked(value: string, check: (value: string) => void, rule: string): string {
  read(value, check, rule);
  return value;
}

/** What the library makes of a value, which is not told twice where it refuses it. */
function read<T>(value: string, parse: (value: string) => T, rule: string): T {
  try {
    return parse(value);
  } catch {
    throw new Error(rule);
  }
}

/** Addresses of event sockets, each as that of a transmitter. */
function eventAddresses(): Setting<readonly string[]> {
  const { parse } = transmitterAddress('127.0.0.1:5455');
  return {
    placeholder: 'ADDRESSES',
    help: 'event sockets of other transmitters, separated by commas; one of a network is enough to join it',
    default: [],
    defaultText: 'none',
    parse: (value) => Object.freeze(value.split(',').map((address) => parse(address.trim()))),
  };
}

/** `tcp://HOST:PORT`, or what stands for it: `HOST:PORT`, `:PORT`, `PORT`; or `ipc://PATH`. */
function transmitterAddress(fallback: string): Setting<string> {
  const parse = (value: string): string => {
    if (value.startsWith('ipc://')) return value;
    const address = parseHostPort(value.replace(/^tcp:\/\//, ''));
    if (address.port === 0) throw new Error('must have a port from 1 to 65535');
    return `tcp://${formatHostPort(address)}`;
  };
  return {
    placeholder: 'ADDRESS',
    help: 'command socket of the transmitter, such as tcp://10.0.0.5:5454 or 5454',
    default: parse(fallback),
    parse,
  };
}
