import type { Store } from '../keyspace/store.js';
import type { Arguments } from './arguments.js';
import type { RespSession } from './resp-session.js';

export type CommandGroup = 'string' | 'list' | 'generic' | 'pubsub' | 'connection' | 'server';

/**
 * `open`: allowed before the password is given. `pubsub`: allowed to a RESP2 client that has subscriptions. The others
 * only tell clients what to expect, in the answer of `COMMAND`.
 */
export type CommandFlag = 'open' | 'pubsub' | 'write' | 'readonly' | 'denyoom' | 'blocking' | 'fast';

/** Positions of a command's keys, the name being 0: first, last (negative from the end), step; all 0 for none. */
export type KeyPositions = readonly [first: number, last: number, step: number];

/** One command: what `COMMAND` tells about it and what it does. */
export interface Command {
  /** In lower case; a subcommand's is `client|id`. */
  readonly name: string;
  /** How many words it has, its name (and that of its subcommand) included; negative for at least so many. */
  readonly arity: number;
  readonly group: CommandGroup;
  /** The version of Redis it came with. */
  readonly since: string;
  readonly summary: string;
  readonly flags: readonly CommandFlag[];
  readonly keys: KeyPositions;
  /** Executes it and writes the reply; what it throws becomes an error reply. */
  readonly run: (client: RespSession, args: Arguments, store: Store) => void;
  /** By the second word, in lower case; a command with subcommands has no effect of its own unless it stands alone. */
  readonly subcommands?: ReadonlyMap<string, Command>;
}

export const noKeys: KeyPositions = [0, 0, 0];
export const oneKey: KeyPositions = [1, 1, 1];

/** Commands by name. */
export function commandTable(commands: readonly Command[]): ReadonlyMap<string, Command> {
  return new Map(commands.map((command) => [command.name, command]));
}

/** Subcommands by their own name, `id` for `client|id`. */
export function subcommandTable(commands: readonly Command[]): ReadonlyMap<string, Command> {
  return new Map(commands.map((command) => [command.name.slice(command.name.indexOf('|') + 1), command]));
}

/** Whether a command may have so many words. */
export function fitsArity({ arity }: Command, words: number): boolean {
  return arity >= 0 ? words === arity : words >= -arity;
}
