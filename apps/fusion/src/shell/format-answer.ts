import { formatTable } from '@syncytium/program';
import { readErrorAnswer } from '../error-answer.js';
import type { QueryAnswer } from '../query-command.js';

/** Longest text in a cell of a table, in characters. */
const cellMax = 48;

type Row = Readonly<Record<string, string>>;

/** An answer as lines: a table for the objects of FIND and GET, words for an error, else the JSON as it came. */
export function formatAnswer({ isOk, text }: QueryAnswer, format: 'table' | 'json'): string[] {
  if (text === '') return ['(no answer was wanted)'];
  if (format === 'json') return [text];
  return isOk ? formatObjects(text) : [printable(readErrorAnswer(text)?.problem ?? text)];
}

function formatObjects(answer: string): string[] {
  const rows = rowsIn(answer);
  if (!rows) return [answer];
  const columns = columnsOf(rows);
  const cells = rows.map((row) => columns.map((column) => row[column] ?? ''));
  const total = rows.length === 1 ? '(1 object)' : `(${rows.length} objects)`;
  return rows.length === 0 ? [total] : [...formatTable([columns, ...cells]), total];
}

/** The objects found; `undefined` when the answer is to something else, or has more to tell than objects. */
function rowsIn(answer: string): Row[] | undefined {
  const { FIND_RSP, GET_RSP, ...others } = JSON.parse(keepNumbers(answer)) as {
    readonly FIND_RSP?: readonly Readonly<Record<string, object>>[];
    readonly GET_RSP?: { readonly _objects: readonly object[] };
  };
  const objects = GET_RSP?._objects ?? FIND_RSP?.flatMap((wrapped) => Object.values(wrapped));
  return Object.keys(others).length > 0 ? undefined : objects?.map((object) => Object.fromEntries(cellsOf('', object)));
}

/** Numbers too long for JavaScript's become texts, which look the same in a table. */
function keepNumbers(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
}

/** Members as `name`, those of linked objects as `address.city`. */
function* cellsOf(prefix: string, object: object): Generator<[column: string, cell: string]> {
  for (const [name, value] of Object.entries(object) as [string, unknown][]) {
    const linked = linkedObject(value);
    if (linked) yield* cellsOf(`${prefix}${name}.`, linked);
    else yield [prefix + name, cellOf(value)];
  }
}

/** What a member that links shows: the object within its class. No value of a member is an object otherwise. */
function linkedObject(value: unknown): object | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.values(value as Readonly<Record<string, object>>)[0];
}

/** A line of printable text, whatever the value holds. */
function cellOf(value: unknown): string {
  const text = typeof value === 'string' ? printable(value) : JSON.stringify(value);
  const characters = Array.from(text);
  return characters.length > cellMax ? `${characters.slice(0, cellMax - 1).join('')}…` : text;
}

/** A text as one line, on which control characters are escaped. */
function printable(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
}

/** Columns in the order in which objects have them, OIDs last. */
function columnsOf(rows: readonly Row[]): string[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const isOid = (column: string): boolean => column === '_oid' || column.endsWith('._oid');
  return [...columns.filter((column) => !isOid(column)), ...columns.filter(isOid)];
}
