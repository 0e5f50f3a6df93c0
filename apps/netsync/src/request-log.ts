import { GraphLog, jsonLogLines, type TraceEntry } from '@syncytium/netsync';
import type { Clock } from '@syncytium/kit';
import { wantsColours, type Env } from '@syncytium/program';
import type { LogFormat } from './settings.js';

/** Where a log goes; as `process.stderr` is. */
export interface LogSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Whether it takes colours; as terminals do unless told. */
  readonly hasColours?: boolean;
}

/** This process's stderr, in colours where its user wants them. */
export function standardError(env: Env): LogSink {
  const { stderr } = process;
  return {
    write: (text) => stderr.write(text),
    isTTY: stderr.isTTY,
    hasColours: wantsColours(stderr.isTTY, env),
  };
}

const colours: Readonly<Record<TraceEntry['kind'], string>> = { arrive: '36', match: '32', leave: '31' };

/**
 * Logs what happens to requests in the chosen format: a graph on a terminal and JSON otherwise, unless told. Lines of
 * one turn of the event loop are written together. `undefined` when nothing is to be logged.
 */
export function requestLog(
  format: LogFormat | undefined,
  sink: LogSink,
  clock: Clock,
): ((entry: TraceEntry) => void) | undefined {
  const { isTTY = false, hasColours = isTTY } = sink;
  const chosen = format ?? (isTTY ? 'graph' : 'json');
  if (chosen === 'silent') return undefined;
  const paint = hasColours
    ? (text: string, kind: TraceEntry['kind']): string => `\u001b[${colours[kind]}m${text}\u001b[0m`
    : undefined;
  const graph = new GraphLog(paint ? { paint } : {});
  const write = batched(sink);
  return (entry) => {
    write(chosen === 'graph' ? graph.draw(entry) : jsonLogLines(entry, new Date(clock.wallNow())));
  };
}

function batched(sink: LogSink): (lines: readonly string[]) => void {
  let text = '';
  const flush = (): void => {
    const whole = text;
    text = '';
    sink.write(whole);
  };
  return (lines) => {
    if (text === '') setImmediate(flush);
    for (const line of lines) text += `${line}\n`;
  };
}
