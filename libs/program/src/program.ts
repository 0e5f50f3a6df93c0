import { Command, CommanderError, Option } from 'commander';
import type { App, AppDeps } from './app.js';
import { HelpRequested, UsageError } from './errors.js';
import { logLevels, type LogLevel } from './logger.js';
import { choice, type ConfigOf, type Setting, type Settings } from './settings.js';

/** What a command that is not a server works with. */
export interface CommandContext extends AppDeps {
  /** Writes a line to stdout. */
  readonly print: (line: string) => void;
  /** Fires when the user interrupts (SIGINT, SIGTERM). */
  readonly signal: AbortSignal;
  /** Fires when the user interrupts once more, and what is in hand is to be left undone. */
  readonly hurry?: AbortSignal;
}

/** One command of a program, with its settings by name: `maxPending` is `--max-pending` and `..._MAX_PENDING`. */
export interface CommandSpec<A extends Settings = Settings, O extends Settings = Settings> {
  /** Absent for what the program does without a command. */
  readonly name?: string;
  readonly summary: string;
  /** Positional arguments in their order. */
  readonly arguments: A;
  readonly options: O;
  /** Command lines shown below the help, each with what it does. */
  readonly examples?: readonly (readonly [command: string, does: string])[];
  /** For a server: built, started, and stopped by signals. `env` is for a program that composes others. */
  readonly build?: (config: ConfigOf<A> & ConfigOf<O>, deps: AppDeps, env: Env) => App;
  /** For a client command; resolves with the exit code. */
  readonly run?: (config: ConfigOf<A> & ConfigOf<O>, context: CommandContext) => Promise<number>;
}

/** A command whose settings' types have been forgotten, as a program keeps them. */
export type AnyCommand = Omit<CommandSpec, 'build' | 'run'> & {
  readonly build?: (config: never, deps: AppDeps, env: Env) => App;
  readonly run?: (config: never, context: CommandContext) => Promise<number>;
};

export interface ProgramSpec {
  /** The command's name; also, in capitals, the middle of its environment variables. */
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  readonly commands: readonly AnyCommand[];
}

/** What a command line asks for. */
export interface Invocation {
  readonly command: AnyCommand;
  /** Frozen; arguments and options by name. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly logLevel: LogLevel;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** Checks nothing at run time; it lets TypeScript know the settings' types in `build` and `run`. */
export function defineCommand<A extends Settings, O extends Settings>(
  spec: CommandSpec<A, O>,
): CommandSpec<A, O> & AnyCommand {
  return spec;
}

const common = {
  logLevel: choice(logLevels, { help: 'what to log on stderr', default: 'info' }),
} satisfies Settings;

/**
 * Reads a command line: flags first, then the environment, then defaults. Pure: the same input gives the same frozen
 * result. Throws {@link UsageError}, or {@link HelpRequested} for `--help` and `--version`.
 */
export function readInvocation(program: ProgramSpec, env: Env, argv: readonly string[]): Invocation {
  let invocation: Invocation | undefined;
  let output = '';
  // Positional options: `fxp call X --redis URL` gives the URL to `call`, not to the program.
  const root = new Command(program.name)
    .description(program.summary)
    .version(program.version, '-V, --version')
    .enablePositionalOptions();
  for (const spec of program.commands) {
    const command =
      spec.name === undefined ? root : root.command(spec.name).summary(spec.summary).description(spec.summary);
    const commandPath = spec.name === undefined ? program.name : `${program.name} ${spec.name}`;
    for (const [name, setting] of Object.entries(spec.arguments)) {
      const word = kebab(name);
      const variable = setting.required ? undefined : envName(program.name, name);
      command.argument(setting.required ? `<${word}>` : `[${word}]`, describe(setting, variable));
    }
    for (const [name, setting] of Object.entries({ ...spec.options, ...common })) {
      command.addOption(makeOption(name, setting, describe(setting, envName(program.name, name))));
    }
    if (spec.examples) command.addHelpText('after', formatExamples(spec.examples));
    command.action((...args: unknown[]) => {
      const [misplaced] = command === root ? [] : Object.keys(root.opts());
      if (misplaced !== undefined) {
        throw new UsageError(`--${kebab(misplaced)} must come after ${spec.name}`, `--${kebab(misplaced)}`);
      }
      invocation = {
        command: spec,
        config: readValues(program.name, commandPath, spec, env, args.slice(0, -2), command.opts()),
        logLevel: readOption(program.name, 'logLevel', common.logLevel, env, command.opts()) as LogLevel,
      };
    });
  }
  for (const command of [root, ...root.commands]) {
    command
      .exitOverride()
      .allowExcessArguments(false)
      .configureOutput({ writeOut: (text) => (output += text), writeErr: (text) => (output += text) });
  }
  try {
    root.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) throw new HelpRequested(output);
    // Without a command, commander prints the whole help as if it were the error.
    if (error.code === 'commander.help') throw new UsageError('a command is needed');
    const problem = error.message.replace(/^error: /, '').replace(/\.$/, '');
    // It may be a command that was misspelt.
    const names = program.commands.flatMap(({ name }) => (name === undefined ? [] : [name]));
    const isMisspelt = error.code === 'commander.excessArguments' && names.length > 0;
    throw new UsageError(isMisspelt ? `${problem}; the commands are ${names.join(', ')}` : problem);
  }
  if (!invocation) throw new UsageError('a command is needed');
  return invocation;
}

/** The command line that shows the help which tells more of a mistake in `argv`: that of the command in it, if there is one. */
export function helpFor({ name: program, commands }: ProgramSpec, argv: readonly string[]): string {
  const word = argv.find((arg) => !arg.startsWith('-'));
  const command = commands.find(({ name }) => name !== undefined && name === word);
  return [program, ...(command?.name === undefined ? [] : [command.name]), '--help'].join(' ');
}

/** The environment variable of a setting: `SYNCYTIUM_NETSYNC_MAX_PENDING`. */
export function envName(program: string, setting: string): string {
  return `SYNCYTIUM_${kebab(program)}_${kebab(setting)}`.replaceAll('-', '_').toUpperCase();
}

function readValues(
  program: string,
  commandPath: string,
  spec: AnyCommand,
  env: Env,
  args: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  Object.entries(spec.arguments).forEach(([name, setting], i) => {
    const given = args[i];
    values[name] =
      typeof given === 'string'
        ? parseText(`argument ${kebab(name)} of ${commandPath}`, setting, given)
        : readEnv(program, name, setting, env);
  });
  for (const [name, setting] of Object.entries(spec.options))
    values[name] = readOption(program, name, setting, env, options);
  return Object.freeze(values);
}

function readOption(
  program: string,
  name: string,
  setting: Setting<unknown>,
  env: Env,
  options: Readonly<Record<string, unknown>>,
): unknown {
  const given = options[name];
  if (given === undefined) return readEnv(program, name, setting, env);
  if (given === true) return true;
  const parse = (one: unknown): unknown => parseText(`--${kebab(name)}`, setting, String(one));
  return Array.isArray(given) ? Object.freeze(given.map(parse)) : parse(given);
}

function readEnv(program: string, name: string, setting: Setting<unknown>, env: Env): unknown {
  const variable = envName(program, name);
  const given = env[variable];
  if (given === undefined) return setting.default;
  const parse = (one: string): unknown => parseText(variable, setting, one);
  return setting.repeatable ? Object.freeze(given.split(',').filter(Boolean).map(parse)) : parse(given);
}

/** Most characters of a wrong value that are shown: data may be long. */
const shownMax = 100;

function parseText(field: string, setting: Setting<unknown>, given: string): unknown {
  try {
    return setting.parse(given);
  } catch (error) {
    const shown = given.length > shownMax ? `${given.slice(0, shownMax)}…` : given;
    throw new UsageError(`${field} ${(error as Error).message}, got '${shown}'`, field);
  }
}

function makeOption(name: string, setting: Setting<unknown>, description: string): Option {
  const flag = `--${kebab(name)}`;
  if (setting.placeholder === undefined) return new Option(flag, description);
  const option = new Option(`${flag} <${setting.placeholder}>`, description);
  return setting.repeatable
    ? option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    : option;
}

function describe(setting: Setting<unknown>, variable?: string): string {
  const fallback = setting.defaultText ?? formatDefault(setting.default);
  const notes = [
    ...(fallback === '' || setting.required ? [] : [`default: ${fallback}`]),
    ...(setting.repeatable ? ['repeatable'] : []),
    ...(variable === undefined ? [] : [`env: ${variable}`]),
  ];
  return notes.length === 0 ? setting.help : `${setting.help} (${notes.join(', ')})`;
}

function formatDefault(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function formatExamples(examples: readonly (readonly [string, string])[]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  return `\nExamples:\n${examples.map(([command, does]) => `  $ ${command.padEnd(width)}  ${does}`).join('\n')}\n`;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
