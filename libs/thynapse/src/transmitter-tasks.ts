import type { Cell, Lane, Service, Task, TransmitterOutput, TransmitterState } from './transmitter-state.js';
import { encodeFrame } from '@syncytium/codec';
import { LinkedSet } from './linked-set.js';
import { withFields } from './event.js';
import { TaskQueue } from './task-queue.js';
import { commands } from './wire.js';

type Outputs = TransmitterOutput[];

export function newLane(service: Service, pattern: string): Lane {
  return { service, pattern, cells: new Set(), free: new LinkedSet() };
}

/** Gives a task to a free cell of its service, or lets it wait for one. */
export function placeTask(
  state: TransmitterState,
  task: Task,
  outputs: Outputs,
  lanes: readonly Lane[] = lanesFor(state, task),
): void {
  const cell = lanes.find((lane) => lane.free.size > 0)?.free.first();
  if (cell) {
    giveTask(state, task, cell, outputs);
    return;
  }
  const key = lanes.map(({ pattern }) => pattern).join('\n');
  const backlog = task.service.backlogs.get(key) ?? { lanes, tasks: new TaskQueue() };
  task.service.backlogs.set(key, backlog);
  backlog.tasks.push(task);
  task.backlog = backlog;
}

/** Gives a cell waiting tasks for as long as it can take more: returned ones first, then the oldest. */
export function feedCell(state: TransmitterState, cell: Cell, outputs: Outputs): void {
  while (hasRoom(cell)) {
    const task = nextFor(cell);
    if (!task) return;
    unqueue(task);
    giveTask(state, task, cell, outputs);
  }
}

/** The task is no longer the cell's; it may take another one. */
export function takeBack(task: Task, cell: Cell): void {
  if (!cell.tasks.delete(task.accepted.event.id)) return;
  if (task.cell === cell) task.cell = undefined;
  for (const lane of cell.lanes) lane.free.add(cell);
}

/** The task is over; nobody waits for it any more. */
export function closeTask(state: TransmitterState, task: Task, outcome: 'done' | 'failed', outputs: Outputs): void {
  unqueue(task);
  state.resting.delete(task);
  task.service.tasks.delete(task);
  if (outcome === 'done') task.service.done++;
  else task.service.dead++;
  task.accepted.openTasks.delete(task);
  state.taskCount--;
  outputs.push({ type: 'closed', task, outcome });
  if (task.accepted.openTasks.size === 0) remember(state, task);
  dropIfUnused(state, task.service);
}

/** After a change of lanes, waiting tasks may belong to others. */
export function regroup(state: TransmitterState, service: Service, outputs: Outputs): void {
  const waiting = [...service.backlogs.values()].flatMap(({ tasks }) => [...tasks]);
  service.backlogs.clear();
  for (const task of waiting) task.backlog = undefined;
  for (const task of waiting) placeTask(state, task, outputs);
}

/** A service without cells and tasks is forgotten. */
export function dropIfUnused(state: TransmitterState, service: Service): void {
  if (service.cells.size === 0 && service.tasks.size === 0) state.services.delete(service.name);
}

export function hasRoom(cell: Cell): boolean {
  return cell.tasks.size < cell.capacity;
}

function giveTask(state: TransmitterState, task: Task, cell: Cell, outputs: Outputs): void {
  const { id } = task.accepted.event;
  task.attempt++;
  task.cell = cell;
  cell.tasks.set(id, task);
  // To the end of each line, if it stays in it at all: whoever waited longest is next.
  for (const lane of cell.lanes) {
    lane.free.delete(cell);
    if (hasRoom(cell)) lane.free.add(cell);
  }
  state.counts.attempts++;
  sendTask(task, cell, outputs);
}

/** Sends a task to the cell that has it; one that knows it already takes no notice or repeats its answer. */
export function sendTask(task: Task, cell: Cell, outputs: Outputs): void {
  outputs.push({ type: 'send', to: cell.peer, frame: taskFrame(task, cell) });
}

function taskFrame({ accepted, attempt }: Task, { encoding }: Cell): Uint8Array {
  if (encoding === 'J') return withFields(accepted.bytes, commands.task, { attempt });
  return encodeFrame(encoding, commands.task, { ...accepted.event, attempt });
}

function lanesFor(state: TransmitterState, { accepted, service }: Task): readonly Lane[] {
  return lanesByService(state, accepted.event.channel).get(service) ?? [];
}

/** Who could take an event on a channel: lanes in the order of their patterns, so that the same ones have the same key. */
export function lanesByService(state: TransmitterState, channel: string): Map<Service, Lane[]> {
  const found = new Map<Service, Lane[]>();
  for (const lane of state.index.match(channel)) {
    const lanes = found.get(lane.service);
    if (lanes) lanes.push(lane);
    else found.set(lane.service, [lane]);
  }
  for (const lanes of found.values()) lanes.sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
  return found;
}

function nextFor(cell: Cell): Task | undefined {
  let next: Task | undefined;
  for (const { lanes, tasks } of cell.service.backlogs.values()) {
    const task = tasks.peek();
    if (!task || (next && !isBefore(task, next)) || !lanes.some((lane) => cell.lanes.has(lane))) continue;
    next = task;
  }
  return next;
}

function isBefore(a: Task, b: Task): boolean {
  const aReturned = a.attempt > 0;
  return aReturned === b.attempt > 0 ? a.order < b.order : aReturned;
}

function unqueue(task: Task): void {
  const { backlog, service } = task;
  if (!backlog) return;
  task.backlog = undefined;
  backlog.tasks.delete(task);
  if (backlog.tasks.size > 0) return;
  for (const [key, other] of service.backlogs) if (other === backlog) service.backlogs.delete(key);
}

/** What ended is known for a while, so that a repeat is not handled again and a repeated request is answered again. */
function remember(state: TransmitterState, { accepted }: Task): void {
  const { event, wantsAnswer, answers } = accepted;
  state.open.delete(event.id);
  state.remembered.set(event.id, true);
  if (wantsAnswer) state.answers.set(event.id, answers);
}
