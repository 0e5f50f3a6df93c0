/** Facts of a log line; `err` is an error. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What libraries log to. The programs put pino behind it; without one, {@link silentLog} drops everything. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line also carries `fields`. */
  child(fields: LogFields): Log;
}

const drop = (): void => undefined;

/** A log that drops everything: what a library uses when it is given none. */
export const silentLog: Log = { debug: drop, info: drop, warn: drop, error: drop, child: () => silentLog };
