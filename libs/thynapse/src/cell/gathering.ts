import type { ThynapseEvent } from '../wire/event.js';
import { answerSuffixes } from '../wire/wire.js';
import { cellName, type AskedCell } from '../wire/cell-name.js';

/** What one cell answered. */
export interface CellAnswer {
  /** THID of the cell. */
  readonly cell: string;
  readonly service: string;
  readonly data: unknown;
}

/** A cell whose answer is missing, and why. */
export interface MissingAnswer {
  /** THID of the cell. */
  readonly cell: string;
  readonly service: string;
  /** `service/` and the first digits of the id. */
  readonly name: string;
  readonly reason: string;
}

/** What comes in of the answers that are asked of every cell. */
export class Gathering {
  readonly #answers = new Map<string, CellAnswer>();
  readonly #failures = new Map<string, MissingAnswer>();
  #asked: readonly AskedCell[] | undefined;

  /** Who is asked, as the transmitter tells. */
  expect(asked: readonly AskedCell[]): void {
    this.#asked = asked;
  }

  /** An answer, or a failure. Only the first one of a cell counts. */
  add({ channel, from, data, ...rest }: ThynapseEvent): void {
    if (from === undefined || this.#answers.has(from) || this.#failures.has(from)) return;
    const service = textOr(rest['service'], '');
    if (channel.endsWith(answerSuffixes.success)) this.addAnswer({ cell: from, service, data });
    else this.#failures.set(from, missing({ id: from, service }, textOr(rest['message'], 'no reason given')));
  }

  /** The same for an answer alone. */
  addAnswer(answer: CellAnswer): void {
    const { cell } = answer;
    if (!this.#answers.has(cell) && !this.#failures.has(cell)) this.#answers.set(cell, answer);
  }

  /** It is known who is asked. */
  get isKnown(): boolean {
    return this.#asked !== undefined;
  }

  /** Everybody who was asked has answered, or failed to. */
  get isComplete(): boolean {
    return this.#asked !== undefined && this.#silent.length === 0;
  }

  get answers(): readonly CellAnswer[] {
    return [...this.#answers.values()];
  }

  /** Whose answers are missing: those that failed, and those that have said nothing so far. */
  get missing(): readonly MissingAnswer[] {
    return [...this.#failures.values(), ...this.#silent.map((cell) => missing(cell, 'no answer'))];
  }

  get #silent(): readonly AskedCell[] {
    return (this.#asked ?? []).filter(({ id }) => !this.#answers.has(id) && !this.#failures.has(id));
  }
}

function missing({ id, service }: AskedCell, reason: string): MissingAnswer {
  return { cell: id, service, name: cellName(service, id), reason };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
