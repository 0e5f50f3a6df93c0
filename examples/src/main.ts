import { runProgram, type Env } from '@syncytium/program';
import { program } from './program.js';

/** Runs the command; sets the process's exit code. */
export const main = (argv: readonly string[], env: Env): Promise<void> => runProgram(program, argv, env);
