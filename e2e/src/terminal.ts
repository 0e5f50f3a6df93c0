import { stripVTControlCharacters } from 'node:util';
import { runCommand, type RunningProgram } from './run-program.js';

/** Runs a command on a terminal of 100 columns, and ends as it does. */
const onTerminal = `
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(['sh', '-c', 'stty cols 100 rows 30; exec "$@"', 'sh'] + sys.argv[1:])))
`;

/** A program on a pseudo terminal, and a person at it. */
export class Terminal {
  readonly program: RunningProgram;
  /** What has not been looked at yet of what came. */
  #shown = '';
  #onShown: () => void = () => undefined;

  /** @param python That has the module `pty`. */
  constructor(python: string, command: readonly string[]) {
    this.program = runCommand(python, ['-c', onTerminal, ...command], { TERM: 'xterm' }, undefined, 'pipe');
    this.program.process.stdout?.on('data', (data: Buffer) => {
      this.#shown += data.toString();
      this.#onShown();
    });
  }

  /** Presses keys, and resolves with what is shown from then on up to the pattern, without what moves the cursor. */
  async type(keys: string, pattern: RegExp): Promise<string> {
    this.program.process.stdin?.write(keys);
    return this.shows(pattern);
  }

  async shows(pattern: RegExp): Promise<string> {
    for (;;) {
      const plain = stripVTControlCharacters(this.#shown);
      const found = pattern.exec(plain);
      if (found) {
        this.#shown = '';
        return plain;
      }
      await new Promise<void>((resolve) => (this.#onShown = resolve));
    }
  }
}
