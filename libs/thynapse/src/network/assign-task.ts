import { cellKey } from '../transmitter/cell-key.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { Cell, Task, TransmitterState } from '../transmitter/transmitter-state.js';
import {
  feedCell,
  holdTask,
  indexOf,
  isOwn,
  placeTask,
  sendTask,
  takeBack,
  unqueue,
} from '../transmitter/transmitter-tasks.js';
import { append } from './disseminate.js';
import type { TaskEntry } from './entry.js';

type Outputs = TransmitterOutput[];

/** A task is with this cell now. Later attempts count; what an own cell is given it gets in any case. [T-41] [T-42] */
export function assign(
  state: TransmitterState,
  task: Task,
  { attempt, failures, place }: TaskEntry,
  outputs: Outputs,
): void {
  const { id: own } = state.options;
  const isHere = place?.via === own;
  const cell = place && task.service.cells.get(cellKey(place.cell, isHere ? undefined : place.via));
  const isHeld = cell?.tasks.has(task.accepted.event.id) === true;
  // What was given back, or failed, may be told again by who has not heard of it yet; and a newcomer may have heard of the
  // task before it heard of the cell.
  const isNews = cell !== undefined && !isHeld && attempt > task.returned && (isHere || task.cell === undefined);
  // The word that it went back may have come to a new owner before the event did, and have meant nothing to it.
  if (isHere && attempt === task.attempt && attempt === task.returned && !isOwn(state, task))
    sayBack(state, task, place.cell);
  if (attempt <= task.attempt && !isNews) return;
  task.attempt = Math.max(attempt, task.attempt);
  task.failures = Math.max(failures, task.failures);
  const former = task.cell;
  unqueue(task);
  state.resting.delete(task);
  if (former && former !== cell && former.via !== undefined) {
    takeBack(task, former);
    feedCell(state, former, outputs);
  }
  task.cell = undefined;
  if (!cell) {
    if (isOwn(state, task)) placeTask(state, task, outputs);
    return;
  }
  const hadRoom = cell.tasks.size < cell.capacity;
  holdTask(task, cell);
  if (!isHere || isHeld) return;
  if (cell.isAskedToGo) giveBack(state, task, cell, outputs);
  else if (hadRoom) sendTask(state, task, cell, outputs);
  else park(state, task, cell, outputs);
}

/** The cell has no room: another that has is better, and if there is none, the task waits for this one. [T-42] */
function park(state: TransmitterState, task: Task, cell: Cell, outputs: Outputs): void {
  cell.parked.add(task);
  if (isFreeElsewhere(state, task)) giveBack(state, task, cell, outputs);
}

/** Tasks that wait for one cell while another has room go back to who decides. [T-42] */
export function returnParked(state: TransmitterState, outputs: Outputs): void {
  for (const cell of state.cells.values())
    for (const task of cell.parked) {
      // It has ended, or another cell has it by now.
      if (task.cell !== cell || !task.listed) takeBack(task, cell);
      else if (isFreeElsewhere(state, task)) giveBack(state, task, cell, outputs);
    }
}

function giveBack(state: TransmitterState, task: Task, cell: Cell, outputs: Outputs): void {
  takeBack(task, cell);
  task.returned = task.attempt;
  sayBack(state, task, cell.id);
  if (isOwn(state, task)) placeTask(state, task, outputs);
}

function sayBack(state: TransmitterState, { accepted, service, returned }: Task, cell: string): void {
  append(state, { type: 'back', id: accepted.event.id, service: service.name, attempt: returned, cell });
}

function isFreeElsewhere(state: TransmitterState, { accepted, service }: Task): boolean {
  // What has a key belongs to this cell, free or not.
  if (accepted.event.key !== undefined) return false;
  for (const lane of indexOf(state, service.solo !== undefined)
    .of(accepted.event.channel)
    .get(service) ?? [])
    if (lane.free.size > 0 || lane.freeElsewhere.size > 0) return true;
  return false;
}
