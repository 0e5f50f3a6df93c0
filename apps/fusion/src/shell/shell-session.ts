import type { Clock } from '@syncytium/kit';
import type { QueryAnswer } from '../query-command.js';
import { readClassList, type ClassList } from './class-list.js';
import { commandNames } from './complete.js';
import { formatAnswer } from './format-answer.js';
import { helpLines } from './help.js';
import { readStatement } from './statement.js';

export interface ShellSessionOptions {
  readonly ask: (query: string) => Promise<QueryAnswer>;
  readonly print: (line: string) => void;
  readonly clock: Clock;
}

/** Longest query that is typed, in characters: REST takes no longer one unless told. */
const typedMax = 8 * 2 ** 20;

const switches = { on: true, off: false } as const;

/** What the shell does with lines, wherever they come from. */
export class ShellSession {
  /** Names for completion, as far as they are known. */
  classes: ClassList = new Map();
  /** Queries and commands that failed. */
  failures = 0;
  hasQuit = false;
  readonly #options: ShellSessionOptions;
  #typed = '';
  #format: 'table' | 'json' = 'table';
  #showsTiming = false;

  constructor(options: ShellSessionOptions) {
    this.#options = options;
  }

  /** Whether lines of a query are there, and its end is not. */
  get isOpen(): boolean {
    return this.#typed !== '';
  }

  /** Takes a line; resolves when what it asks for is done. Throws what asking throws. */
  async line(line: string): Promise<void> {
    this.#typed += `${line}\n`;
    const statement = readStatement(this.#typed);
    if (statement.kind === 'open' && this.#typed.length <= typedMax) return;
    this.forget();
    if (statement.kind === 'query') await this.#ask(statement.text);
    else if (statement.kind === 'command') this.#command(statement.name, statement.words);
    else if (statement.kind === 'wrong') this.#fail(statement.problem);
    else if (statement.kind === 'open') this.#fail(`a query is limited to ${typedMax} characters`);
  }

  /** No more lines come. */
  end(): void {
    if (this.isOpen) this.#fail('the query does not end');
    this.forget();
  }

  /** Forgets the lines of a query whose end is not there. */
  forget(): void {
    this.#typed = '';
  }

  /** Learns which classes there are. */
  async learn(): Promise<void> {
    this.classes = readClassList((await this.#options.ask('{"CLASSES":{}}')).text);
  }

  async #ask(query: string): Promise<void> {
    const { ask, print, clock } = this.#options;
    const began = clock.now();
    const answer = await ask(query);
    const tookMs = clock.now() - began;
    if (!answer.isOk) this.failures++;
    for (const line of formatAnswer(answer, this.#format)) print(line);
    if (this.#showsTiming) print(`${tookMs.toFixed(3)} ms`);
    if (answer.isOk && /"(?:CREATE_CLASS(?:ES)?|STORE|CLEAR)"/.test(query)) await this.learn();
  }

  #command(name: string, [word = '', ...more]: readonly string[]): void {
    if (more.length > 0) this.#fail(`\\${name} takes one word`);
    else if (name === 'help' && word === '') helpLines.forEach((line) => this.#options.print(line));
    else if (name === 'quit' && word === '') this.hasQuit = true;
    else if (name === 'format' && (word === 'table' || word === 'json')) this.#format = word;
    else if (name === 'timing' && Object.hasOwn(switches, word))
      this.#showsTiming = switches[word as keyof typeof switches];
    else if (commandNames.includes(name)) this.#fail(`\\${name} is not used so; \\help tells how`);
    else this.#fail(`there is no \\${name}; \\help tells what there is`);
  }

  #fail(problem: string): void {
    this.failures++;
    this.#options.print(problem);
  }
}
