import { readFileSync } from 'node:fs';
import { SyncytiumError, systemClock, systemPrng } from '@syncytium/kit';
import type { App, AppDeps } from './app.js';
import { HelpRequested, UsageError } from './errors.js';
import { createLogger } from './logger.js';
import { createMetrics } from './prometheus.js';
import { wantsColours } from './wants-colours.js';
import { watchNpm } from './watch-npm.js';
import {
  helpFor,
  readInvocation,
  type CommandContext,
  type Env,
  type Invocation,
  type ProgramSpec,
} from './program.js';

/** A terminal's Ctrl-C may reach a process twice, from the terminal and from the npm above it: that is one wish. */
const sameSignalMs = 250;

/**
 * Runs a program as a process: reads the command line, starts the server or runs the client command, and sets the
 * exit code. 0: done, or stopped by a signal; 1: could not start or failed; 2: wrong usage. Errors are one line on
 * stderr, `NAME: what is wrong`.
 */
export async function runProgram(program: ProgramSpec, argv: readonly string[], env: Env): Promise<void> {
  process.stdout.on('error', exitOnBrokenPipe);
  try {
    const invocation = readInvocation(program, env, argv);
    process.exitCode = await execute(program, invocation, env);
  } catch (error) {
    if (error instanceof HelpRequested) {
      process.stdout.write(error.text);
    } else if (error instanceof UsageError) {
      complain(program.name, `${error.message} (see ${helpFor(program, argv)})`);
      process.exitCode = 2;
    } else {
      complain(program.name, describeFailure(error));
      process.exitCode = 1;
    }
  }
}

/** The version in the package.json beside the folder of a module (`src` or `dist`). */
export function packageVersion(moduleUrl: string): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', moduleUrl), 'utf8')) as { version: string };
  return version;
}

/** What an app is built from in a process of its own. */
export function systemDeps(log: AppDeps['log'], { process = false } = {}): AppDeps {
  return { log, metrics: createMetrics({ process }), clock: systemClock, prng: systemPrng() };
}

async function execute(program: ProgramSpec, { command, config, logLevel }: Invocation, env: Env): Promise<number> {
  const isTerminal = process.stderr.isTTY;
  const colours = wantsColours(isTerminal, env);
  const log = createLogger({ name: program.name, level: logLevel, pretty: isTerminal, colours });
  const { build, run } = command;
  // The config was read by this command's own settings, so its type is the one that build and run ask for.
  if (build) return serve(program.name, build(config as never, systemDeps(log, { process: true }), env), log, env);
  const interrupt = new AbortController();
  const hurry = new AbortController();
  const stopListening = onSignals(() => (interrupt.signal.aborted ? hurry : interrupt).abort());
  const context: CommandContext = {
    ...systemDeps(log),
    print: (line) => void process.stdout.write(`${line}\n`),
    signal: interrupt.signal,
    hurry: hurry.signal,
  };
  try {
    return await (run?.(config as never, context) ?? 0);
  } finally {
    stopListening();
  }
}

async function serve(name: string, app: App, log: AppDeps['log'], env: Env): Promise<number> {
  let stopping: Promise<void> | undefined;
  let wake: (() => void) | undefined;
  const stopped = new Promise<void>((resolve) => (wake = resolve));
  const stop = (signal: string): void => {
    log.info(stopping ? 'stopping at once' : 'stopping', { signal });
    const done = app.stop();
    stopping ??= done.finally(() => wake?.());
  };
  const stopListening = onSignals(stop);
  const stopWatching = watchNpm(env, () => stop('npm is gone'));
  try {
    const addresses = await app.start();
    process.stdout.write(`ready ${[name, ...addresses].join(' ')}\n`);
    await app.onReady?.();
    await stopped;
  } catch (error) {
    // A signal during the start makes the start fail; that is what was asked for.
    if (!stopping) {
      await app.stop();
      throw error;
    }
  } finally {
    stopListening();
    stopWatching();
  }
  await stopping;
  return 0;
}

/** Calls `handle` for SIGINT and SIGTERM until the returned function is called. */
function onSignals(handle: (signal: string) => void): () => void {
  let last = -Infinity;
  const listener = (signal: NodeJS.Signals): void => {
    const now = systemClock.now();
    if (now - last < sameSignalMs) return;
    last = now;
    handle(signal);
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
}

function describeFailure(error: unknown): string {
  if (error instanceof SyncytiumError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function complain(name: string, problem: string): void {
  process.stderr.write(`${name}: ${problem.replaceAll('\n', ' ')}\n`);
}

/** `netsync --help | head` must not end in a stack trace. */
function exitOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
