import { createInterface } from 'node:readline';
import type { RunningProgram } from '../run-program.js';
import { readNote, type Note } from './kill-judge.js';

/** Nothing that recovers takes longer. */
export const stuckMs = 30_000;

/** What the cells note, as it comes. */
export class NoteLog {
  readonly notes: Note[] = [];
  readonly killed = new Set<string>();
  readonly #accepted = new Set<string>();
  readonly #handled = new Set<string>();
  /** Accepted and not yet handled. */
  readonly #open = new Set<string>();
  readonly #waiting = new Set<() => void>();

  get accepted(): number {
    return this.#accepted.size;
  }

  follow(who: string, { process: { stdout } }: RunningProgram): void {
    if (!stdout) return;
    createInterface({ input: stdout }).on('line', (line) => {
      const note = readNote(who, line);
      if (!note) return;
      this.notes.push(note);
      this.#count(note);
      for (const wake of [...this.#waiting]) wake();
    });
  }

  /** Resolves when so many events have been accepted. */
  until(accepted: number): Promise<void> {
    return this.#when(() => this.accepted >= accepted, `${accepted} events to be accepted`);
  }

  /** Resolves when all events that have been accepted until now are handled. */
  settled(): Promise<void> {
    const before = [...this.#open];
    return this.#when(() => before.every((id) => !this.#open.has(id)), 'old events to be handled');
  }

  #count({ what, facts: [id = ''] }: Note): void {
    if (what === 'accepted' && !this.#accepted.has(id)) {
      this.#accepted.add(id);
      if (!this.#handled.has(id)) this.#open.add(id);
    } else if (what === 'handled') {
      this.#handled.add(id);
      this.#open.delete(id);
    }
  }

  #when(isSo: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!isSo()) return;
        over();
        resolve();
      };
      const timer = setTimeout(() => {
        over();
        reject(new Error(`waited ${stuckMs} ms for ${what}: ${this.accepted} accepted, ${this.#open.size} open`));
      }, stuckMs);
      const over = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
