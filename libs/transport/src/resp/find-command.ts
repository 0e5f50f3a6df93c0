import { commands } from './commands/all-commands.js';
import type { Command } from './command.js';
import * as texts from './reply-texts.js';

/** A command's entry and how many words name it, or the error to reply. */
export function findCommand(args: readonly Buffer[]): { command: Command; words: number } | string {
  const name = args[0]?.toString('latin1') ?? '';
  const command = commands.get(name.toLowerCase());
  if (!command) {
    const shown = args.slice(1, 130).map((arg) => arg.toString('latin1', 0, 128));
    return texts.unknownCommand(name, shown);
  }
  const [, second] = args;
  if (!command.subcommands || second === undefined) return { command, words: 1 };
  const subcommand = command.subcommands.get(second.toString('latin1').toLowerCase());
  return subcommand
    ? { command: subcommand, words: 2 }
    : texts.unknownSubcommand(second.toString('latin1'), command.name);
}
