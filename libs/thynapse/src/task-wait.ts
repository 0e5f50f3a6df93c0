import type { WaitSubject } from '@syncytium/kit';
import type { Task } from './transmitter-state.js';
import { cellName } from './transmitter-cells.js';

/** Cells of a service that are named when any of them would do. */
const cellsShownMax = 20;

/** A task as its transmitter's `GET /waits` shows it: who sent the event waits for a cell, then for the cell's answer. */
export class TaskWait implements WaitSubject {
  readonly #task: Task;
  readonly #nameOf: (cellId: string) => string | undefined;

  constructor(task: Task, nameOf: (cellId: string) => string | undefined) {
    this.#task = task;
    this.#nameOf = nameOf;
  }

  get who(): string {
    const { sender } = this.#task.accepted;
    if (sender === undefined) return 'transmitter';
    return this.#nameOf(sender) ?? cellName('gone', sender);
  }

  get what(): string {
    const { accepted, cell, restUntilMs, service } = this.#task;
    const { channel } = accepted.event;
    if (cell) return `answer of ${service.name} to ${channel}`;
    return restUntilMs > 0
      ? `next attempt of ${service.name} at ${channel}`
      : `free cell of ${service.name} for ${channel}`;
  }

  get whom(): readonly string[] {
    const { cell, service } = this.#task;
    if (cell) return [cell.name];
    return Array.from(service.cells.values(), ({ name }) => name).slice(0, cellsShownMax);
  }

  get details() {
    const { accepted, attempt, service } = this.#task;
    return { event: accepted.event.id, service: service.name, attempt };
  }
}
