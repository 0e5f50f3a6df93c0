import { readFileSync } from 'node:fs';
import { UsageError } from '@syncytium/program';
import { interfaceDefaults } from './settings.js';

/** What a configuration file says about one interface; absent fields keep their defaults. */
export interface InterfaceSection {
  readonly enabled?: boolean;
  readonly ip?: string;
  readonly port?: number;
  /** Longest query, in bytes. */
  readonly maxRead?: number;
}

/** A configuration file: the sections of the interfaces by their names here. */
export type ConfigFile = Readonly<Partial<Record<keyof typeof interfaceDefaults, InterfaceSection>>>;

const sectionNames = { restQuery: 'rest', wsQuery: 'standard', bulkStore: 'bulk' } as const;

/** Reads a configuration file. Throws `UsageError` when it is not there or not right. */
export function readConfigFile(path: string): ConfigFile {
  let contents: string;
  try {
    contents = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--config ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
      '--config',
    );
  }
  try {
    return parseConfigFile(contents);
  } catch (error) {
    throw new UsageError(`--config ${path}: ${(error as Error).message}`, '--config');
  }
}

/**
 * The contents of a configuration file in the original's form. Other modes than `objects` and their sections are not
 * ours. Throws an `Error` that names the field.
 *
 * @see docs/spec/fusion.md
 */
export function parseConfigFile(contents: string): ConfigFile {
  const root = requireObject('the file', JSON.parse(contents));
  if (root['mode'] !== undefined && root['mode'] !== 'objects') throw new Error('mode must be "objects"');
  const objects = requireObject('objects', root['objects'] ?? {});
  const file: Partial<Record<keyof typeof interfaceDefaults, InterfaceSection>> = {};
  for (const [name, section] of Object.entries(objects)) {
    if (!Object.hasOwn(sectionNames, name)) throw new Error(`objects.${name} is not known`);
    const own = sectionNames[name as keyof typeof sectionNames];
    file[own] = readSection(`objects.${name}`, section, interfaceDefaults[own].bytesMaxRange);
  }
  return file;
}

function readSection(path: string, json: unknown, [min, max]: readonly [min: number, max: number]): InterfaceSection {
  const { enabled, ip, port, maxRead, ...rest } = requireObject(path, json);
  for (const name of Object.keys(rest)) throw new Error(`${path}.${name} is not known`);
  if (enabled !== undefined && typeof enabled !== 'boolean') throw new Error(`${path}.enabled must be true or false`);
  if (ip !== undefined && (typeof ip !== 'string' || ip === '')) throw new Error(`${path}.ip must be an address`);
  return {
    ...(enabled !== undefined && { enabled }),
    ...(ip !== undefined && { ip }),
    ...(port !== undefined && { port: requireInteger(`${path}.port`, port, 0, 65_535) }),
    ...(maxRead !== undefined && { maxRead: requireInteger(`${path}.maxRead`, maxRead, min, max) }),
  };
}

function requireInteger(path: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw new Error(`${path} must be a whole number from ${min} to ${max}`);
  return value;
}

function requireObject(path: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${path} must be an object`);
  return value as Readonly<Record<string, unknown>>;
}
