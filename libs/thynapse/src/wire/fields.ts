import { isThid, type Frame } from '@syncytium/codec';
import { FieldError } from '../errors.js';
import { askedMode, confirmIdLengthMax, payloadBytesMax, payloadDepthMax } from './wire.js';

/** A command's payload: an object whose fields are read one by one, each with an error that names it. */
export class Fields {
  readonly command: string;
  readonly all: Readonly<Record<string, unknown>>;

  constructor(frame: Frame) {
    const value = frame.decode({ bytesMax: payloadBytesMax, depthMax: payloadDepthMax });
    this.command = frame.command;
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
      throw new FieldError(frame.command, 'payload', 'must be an object');
    this.all = value as Record<string, unknown>;
  }

  text(name: string, lengthMax: number): string {
    const value = this.all[name];
    if (typeof value !== 'string' || value.length === 0 || value.length > lengthMax)
      throw this.#bad(name, `must be a text of 1 to ${lengthMax} characters`);
    return value;
  }

  optionalText(name: string, lengthMax: number): string | undefined {
    return this.all[name] === undefined ? undefined : this.text(name, lengthMax);
  }

  thid(name: string): string {
    const value = this.all[name];
    if (typeof value !== 'string' || !isThid(value)) throw this.#bad(name, 'must be 40 lower-case hex digits');
    return value;
  }

  optionalThid(name: string): string | undefined {
    return this.all[name] === undefined ? undefined : this.thid(name);
  }

  integer(name: string, min: number, max: number): number {
    const value = this.optionalInteger(name, min, max);
    if (value === undefined) throw this.#bad(name, `must be a whole number from ${min} to ${max}`);
    return value;
  }

  optionalInteger(name: string, min: number, max: number): number | undefined {
    const value = this.all[name];
    if (value === undefined) return undefined;
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
      throw this.#bad(name, `must be a whole number from ${min} to ${max}`);
    return value as number;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.all[name];
    if (value !== undefined && typeof value !== 'number') throw this.#bad(name, 'must be a number');
    return value;
  }

  flag(name: string): boolean {
    const value = this.all[name];
    if (value !== undefined && typeof value !== 'boolean') throw this.#bad(name, 'must be true or false');
    return value ?? false;
  }

  optionalOneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.all[name];
    const known = values.find((one) => one === value);
    if (value !== undefined && known === undefined) throw this.#bad(name, `must be one of ${values.join(', ')}`);
    return known;
  }

  /** The id of a command that asks to be confirmed. */
  confirmId(): string | undefined {
    return this.flag('confirm') ? this.text('id', confirmIdLengthMax) : undefined;
  }

  texts(name: string, countMax: number, lengthMax: number): readonly string[] {
    const value = this.all[name];
    const isText = (item: unknown): item is string =>
      typeof item === 'string' && item.length > 0 && item.length <= lengthMax;
    if (!Array.isArray(value) || value.length > countMax || !value.every(isText))
      throw this.#bad(name, `must be a list of at most ${countMax} texts of 1 to ${lengthMax} characters`);
    return value;
  }

  /** Whole numbers by THID. */
  counts(name: string): Readonly<Record<string, number>> {
    const value = this.all[name];
    const isCount = ([id, n]: [string, unknown]): boolean =>
      isThid(id) && Number.isSafeInteger(n) && (n as number) >= 0;
    if (typeof value !== 'object' || value === null || !Object.entries(value).every(isCount))
      throw this.#bad(name, 'must be whole numbers by id');
    return value as Record<string, number>;
  }

  /** Whether a pattern is for what is asked of every cell. */
  isAsked(): boolean {
    const { mode } = this.all;
    if (mode !== undefined && mode !== askedMode) throw this.#bad('mode', `must be ${askedMode}, or absent`);
    return mode === askedMode;
  }

  #bad(name: string, problem: string): FieldError {
    return new FieldError(this.command, name, problem);
  }
}
