/** Largest record that is looked at, in bytes. */
const recordBytesMax = 16 * 1024;

/** The names of fields and the types they must have. */
type Fields = Readonly<Record<string, 'string' | 'number' | 'boolean'>>;

/** What fields of given types hold. */
export type RecordOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends 'string' ? string : F[K] extends 'number' ? number : boolean;
};

/** The object that bytes stand for, if it has all the fields; others are let through. `undefined` for anything else. */
export function parseRecord<F extends Fields>(bytes: Uint8Array, fields: F): RecordOf<F> | undefined {
  if (bytes.byteLength > recordBytesMax) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
  return hasFields(value, fields) ? value : undefined;
}

function hasFields<F extends Fields>(value: unknown, fields: F): value is RecordOf<F> {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Readonly<Record<string, unknown>>;
  return Object.entries(fields).every(([name, type]) => typeof record[name] === type);
}
