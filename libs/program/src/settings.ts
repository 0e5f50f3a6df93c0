import { isIPv6 } from 'node:net';
import { durationMs } from '@syncytium/kit';

/**
 * One setting of a command: how it is written, what it means, what it is without being given. `parse` turns the text
 * of a flag, argument or environment variable into the value, or throws an `Error` that says what is expected.
 */
export interface Setting<T> {
  /** For an option the placeholder of its value (`HOST:PORT`); absent for a switch that takes none. */
  readonly placeholder?: string;
  /** What it means, with the unit. */
  readonly help: string;
  readonly default: T;
  /** How the default is shown in the help when its value says little. */
  readonly defaultText?: string;
  /** May be given several times (or, in the environment, separated by commas); `parse` gets each text. */
  readonly repeatable?: boolean;
  /** An argument that has to be given. */
  readonly required?: boolean;
  readonly parse: (text: string) => unknown;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The values of settings, by their names. */
export type ConfigOf<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** A host and a port to listen on or connect to. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

interface Base<T> {
  readonly help: string;
  readonly default: T;
  readonly defaultText?: string;
}

/** Any text. */
export function text(spec: Base<string> & { placeholder?: string; required?: boolean }): Setting<string>;
export function text(
  spec: Omit<Base<undefined>, 'default'> & { placeholder?: string; required?: boolean },
): Setting<string | undefined>;
export function text<T>(spec: Omit<Setting<T>, 'parse' | 'default'> & { default?: T }): Setting<T | undefined> {
  return { placeholder: 'TEXT', default: undefined, ...spec, parse: (value) => value };
}

/** A text that has to be given as an argument. */
export function requiredText(spec: { help: string }): Setting<string> {
  return { ...spec, default: '', required: true, parse: (value) => value };
}

/** Texts, as often as one likes. */
export function texts(spec: { help: string; placeholder?: string }): Setting<readonly string[]> {
  return { placeholder: 'TEXT', ...spec, default: [], repeatable: true, parse: (value) => value };
}

/** By which names a server may be called in the header `host`: those listed, or any. */
export type AllowedHosts = 'any' | readonly string[];

/**
 * The setting every server with HTTP has: further names it goes by, as behind a proxy that hands on the name it was
 * called by. Unless given, the server decides by its address.
 */
export const allowedHosts: Setting<AllowedHosts | undefined> = {
  placeholder: 'NAMES',
  help: "further names to be called by in the header host, separated by commas, or 'any'",
  default: undefined,
  defaultText: 'none on loopback, any elsewhere',
  parse(value) {
    if (value === 'any') return value;
    const names = value.split(',').map((name) => name.trim());
    const wrong = names.find((name) => !isIPv6(name) && !/^(?:\[[0-9a-f:.]+\]|[^\s:/[\]]*[^\s:/[\].])$/i.test(name));
    if (wrong !== undefined) throw new Error('must be names without ports, separated by commas, or any');
    return Object.freeze(names);
  },
};

/** A switch: off unless given. In the environment `1`, `true`, `0` or `false`. */
export function toggle(spec: { help: string }): Setting<boolean> {
  return {
    ...spec,
    default: false,
    parse(value) {
      if (value === '1' || value === 'true') return true;
      if (value === '0' || value === 'false' || value === '') return false;
      throw new Error('must be 1, true, 0 or false');
    },
  };
}

/** A whole number in a range. */
export function integer(spec: Base<number> & { placeholder?: string; min: number; max: number }): Setting<number> {
  const { min, max, ...rest } = spec;
  return {
    placeholder: 'N',
    ...rest,
    parse(value) {
      const number = /^-?\d{1,16}$/.test(value) ? Number(value) : NaN;
      if (!(number >= min && number <= max)) throw new Error(`must be a whole number from ${min} to ${max}`);
      return number;
    },
  };
}

/** One of a few words. */
export function choice<const W extends string>(
  words: readonly W[],
  spec: { help: string; default: W; defaultText?: string },
): Setting<W>;
export function choice<const W extends string>(
  words: readonly W[],
  spec: { help: string; defaultText: string },
): Setting<W | undefined>;
export function choice<const W extends string>(
  words: readonly W[],
  spec: { help: string; default?: W; defaultText?: string },
): Setting<W | undefined> {
  return {
    placeholder: words.join('|'),
    default: undefined,
    ...spec,
    parse(value) {
      if ((words as readonly string[]).includes(value)) return value;
      throw new Error(`must be one of ${words.join(', ')}`);
    },
  };
}

/** Several of a few words, separated by commas. */
export function choices<const W extends string>(
  words: readonly W[],
  spec: { help: string; placeholder: string; default: readonly W[]; defaultText?: string },
): Setting<readonly W[]> {
  return {
    ...spec,
    parse(value) {
      const chosen = value.split(',').map((word) => word.trim());
      const wrong = chosen.find((word) => !(words as readonly string[]).includes(word));
      if (wrong !== undefined) throw new Error(`knows ${words.join(', ')}, not '${wrong}'`);
      return Object.freeze(words.filter((word) => chosen.includes(word)));
    },
  };
}

/** A time such as `250ms`, `30s`, `5m`, of at least `min`; the value is in milliseconds. */
export function duration(spec: { help: string; default: string; min?: string }): Setting<number> {
  const { min = '0ms' } = spec;
  const minMs = durationMs(min, 'min');
  const least = minMs > 0 ? `, and at least ${min}` : '';
  return {
    placeholder: 'TIME',
    help: spec.help,
    default: durationMs(spec.default, 'default'),
    defaultText: spec.default,
    parse(value) {
      const ms = msOf(value);
      if (!(ms >= minMs)) throw new Error(`must be a time such as 250ms, 30s, 5m or 1h${least}`);
      return ms;
    },
  };
}

/** `NaN` for what is no time. */
function msOf(value: string): number {
  try {
    return durationMs(value, 'it');
  } catch {
    return NaN;
  }
}

const byteUnits: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 };

/** An amount of memory such as `65536`, `64kb`, `8mb`, `1gb` (powers of 1024); the value is in bytes. */
export function bytes(spec: {
  help: string;
  default: number;
  defaultText?: string;
  min: number;
  max: number;
}): Setting<number> {
  const { min, max, ...rest } = spec;
  return {
    placeholder: 'BYTES',
    ...rest,
    parse(value) {
      const match = /^(\d{1,15})(b|kb|mb|gb)?$/i.exec(value);
      const count = Number(match?.[1] ?? NaN) * (byteUnits[(match?.[2] ?? '').toLowerCase()] ?? NaN);
      if (!(count >= min && count <= max))
        throw new Error(`must be from ${min} to ${max} bytes, as in 65536, 64kb, 8mb or 1gb`);
      return count;
    },
  };
}

/** `HOST:PORT`, `:PORT` or `PORT` (loopback), `[IPv6]:PORT`. Port 0 takes any free port. */
export function hostPort(spec: { help: string; default: string; required?: boolean }): Setting<HostPort>;
export function hostPort(spec: {
  help: string;
  defaultText?: string;
  required?: boolean;
}): Setting<HostPort | undefined>;
export function hostPort(spec: {
  help: string;
  default?: string;
  defaultText?: string;
}): Setting<HostPort | undefined> {
  const { default: fallback, ...rest } = spec;
  return {
    placeholder: 'HOST:PORT',
    defaultText: fallback ?? spec.defaultText ?? 'none',
    ...rest,
    default: fallback === undefined ? undefined : parseHostPort(fallback),
    parse: parseHostPort,
  };
}

/** Reads `HOST:PORT` in the forms of {@link hostPort}; throws an `Error` that says what is expected. */
export function parseHostPort(value: string): HostPort {
  const match = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):)?(\d{1,5})$/.exec(value);
  const port = Number(match?.[3] ?? NaN);
  if (!(port <= 65535)) throw new Error('must be HOST:PORT, [IPV6]:PORT, :PORT or PORT, with a port from 0 to 65535');
  return Object.freeze({ host: match?.[1] || match?.[2] || '127.0.0.1', port });
}

/** The inverse of {@link parseHostPort}. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
