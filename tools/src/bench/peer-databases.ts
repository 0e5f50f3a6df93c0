import { loadPeer } from './bench-peers.js';

export const sqlitePackage = 'better-sqlite3';
export const duckdbPackage = '@duckdb/node-api';

/** What is used of the packages, whose own types are not there when this is compiled. */
interface SqliteStatement {
  run(...values: unknown[]): unknown;
  get(value: unknown): unknown;
  all(...values: unknown[]): readonly unknown[];
}

interface Sqlite {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  transaction<Batch>(run: (batch: Batch) => void): (batch: Batch) => void;
}

interface DuckDbStatement {
  bindVarchar(position: number, value: string): void;
  runAndReadAll(): Promise<{ getRows(): readonly (readonly unknown[])[] }>;
}

interface DuckDbConnection {
  run(sql: string): Promise<unknown>;
  prepare(sql: string): Promise<DuckDbStatement>;
}

interface DuckDb {
  readonly DuckDBInstance: { create(file: string): Promise<{ connect(): Promise<DuckDbConnection> }> };
}

/** SQLite in memory. Throws a `SkipError` when it is not installed. */
export async function openSqlite(): Promise<Sqlite> {
  const Database = (await loadPeer(sqlitePackage)) as new (file: string) => Sqlite;
  return new Database(':memory:');
}

/** DuckDB in memory, with all its threads. Throws a `SkipError` when it is not installed. */
export async function openDuckdb(): Promise<DuckDbConnection> {
  const { DuckDBInstance } = (await loadPeer(duckdbPackage)) as DuckDb;
  return (await DuckDBInstance.create(':memory:')).connect();
}

/** The rows that a prepared statement gives for some texts. */
export async function rowsOf(
  statement: DuckDbStatement,
  ...values: readonly string[]
): Promise<readonly (readonly unknown[])[]> {
  values.forEach((value, i) => statement.bindVarchar(i + 1, value));
  return (await statement.runAndReadAll()).getRows();
}
