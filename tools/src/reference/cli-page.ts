import { HelpRequested, readInvocation, type ProgramSpec } from '@syncytium/program';
import { documentedPrograms } from './programs.js';

/** The help of every command, as the program itself prints it: flags, environment variables, defaults, examples. */
export function cliPage(): string {
  return documentedPrograms
    .flatMap(({ program }) => [
      `## ${program.name}`,
      ...program.commands.flatMap(({ name }) => {
        const path = name === undefined ? [] : [name];
        return [`### ${[program.name, ...path].join(' ')}`, `\`\`\`text\n${helpOf(program, path)}\n\`\`\``];
      }),
    ])
    .join('\n\n');
}

function helpOf(program: ProgramSpec, path: readonly string[]): string {
  try {
    readInvocation(program, {}, [...path, '--help']);
  } catch (error) {
    if (error instanceof HelpRequested) return error.text.trimEnd();
    throw error;
  }
  throw new Error(`${program.name} ${path.join(' ')} has no help`);
}
