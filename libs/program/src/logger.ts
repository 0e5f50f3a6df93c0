import type { Log, LogFields } from '@syncytium/kit';
import { destination, pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly name: string;
  readonly level: LogLevel;
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Only where lines are for people; none unless told. */
  readonly colours?: boolean;
}

/** A log that pino writes to stderr, at once, so that no line is missing when the process ends. */
export function createLogger({ name, level, pretty: forPeople, colours = false }: LoggerOptions): Log {
  const options = { name, level, base: { pid: process.pid } };
  const stream = forPeople
    ? pretty({ destination: 2, sync: true, colorize: colours, ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' })
    : destination({ dest: 2, sync: true });
  return adapt(pino(options, stream));
}

function adapt(logger: Logger): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void =>
      logger[level](fields, message);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => adapt(logger.child(fields)),
  };
}
