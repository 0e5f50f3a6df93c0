import type { WaitSubject } from '@syncytium/kit';
import type { Service, Task } from './transmitter-state.js';
import { taskBefore } from './task-chain.js';
import { cellName } from '../wire/cell-name.js';

/** Cells of a service that are named when any of them would do. */
const cellsShownMax = 20;

/**
 * A task as its transmitter's `GET /waits` shows it: waiting for a free cell, then for the answer of the cell that has
 * it. Who waits is the cell that asked, or, where nobody asked for an answer, only the task itself.
 */
export class TaskWait implements WaitSubject {
  readonly #task: Task;
  readonly #nameOf: (cellId: string) => string | undefined;

  constructor(task: Task, nameOf: (cellId: string) => string | undefined) {
    this.#task = task;
    this.#nameOf = nameOf;
  }

  get who(): string {
    const { accepted, service } = this.#task;
    const asker = accepted.wantsAnswer && accepted.sender !== undefined ? this.#nameOf(accepted.sender) : undefined;
    return asker ?? `task ${cellName(labelOf(service), accepted.event.id)}`;
  }

  get what(): string {
    const { accepted, cell, restUntilMs } = this.#task;
    const service = labelOf(this.#task.service);
    const { channel } = accepted.event;
    if (cell) return `answer of ${service} to ${channel}`;
    if (taskBefore(this.#task)) return `turn of ${channel} among events with its key at ${service}`;
    return restUntilMs > 0 ? `next attempt of ${service} at ${channel}` : `free cell of ${service} for ${channel}`;
  }

  get whom(): readonly string[] {
    const { cell, service } = this.#task;
    const holder = cell ?? taskBefore(this.#task)?.cell;
    if (holder) return [holder.name];
    if (service.cells.size === 0) return [`a cell of ${labelOf(service)}`];
    return Array.from(service.cells.values(), ({ name }) => name).slice(0, cellsShownMax);
  }

  get details() {
    const { accepted, attempt, service } = this.#task;
    return { event: accepted.event.id, service: labelOf(service), attempt };
  }
}

/** How people see the service, or the cell that it stands for. */
function labelOf({ name, solo }: Service): string {
  return solo ? cellName(solo.service, solo.id) : name;
}

/** When the cell that asked gives up, on the transmitter's clock; `Infinity` where nobody asked or told. */
export function askedUntil({ accepted }: Task, now: number): number {
  const { timeout } = accepted.event;
  return accepted.wantsAnswer && timeout !== undefined ? now + timeout : Infinity;
}
