import type { AcceptedEvent, Backlog, Cell, Lane, Service, Task, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';
import { encodeFrame } from '@syncytium/codec';
import { LinkedSet } from '../collections/linked-set.js';
import { withFields, type EventContents } from '../wire/event.js';
import { append, isAlone } from '../network/disseminate.js';
import { disown } from '../network/ownership.js';
import { rendezvous } from '../network/rendezvous.js';
import { cellKey } from './cell-key.js';
import { PackedEvent, plainEvent } from './packed-event.js';
import { give } from './packing.js';
import type { LanesByService, Takers } from './takers.js';
import { leaveChain, taskBefore } from './task-chain.js';
import { TaskQueue } from './task-queue.js';
import { commands } from '../wire/wire.js';

type Outputs = TransmitterOutput[];

export function newLane(service: Service, pattern: string): Lane {
  return { service, pattern, cells: new Set(), free: new LinkedSet(), freeElsewhere: new Set(), keptUntilMs: 0 };
}

/** Opens a task of an event for a service. */
export function newTask(state: TransmitterState, accepted: AcceptedEvent, service: Service): Task {
  const task: Task = {
    accepted,
    service,
    order: state.order++,
    attempt: 0,
    failures: 0,
    losses: 0,
    returned: 0,
    cell: undefined,
    restUntilMs: 0,
    backlog: undefined,
    queued: undefined,
    listed: undefined,
    isShown: false,
    wait: undefined,
  };
  accepted.openTasks.push(task);
  task.listed = service.tasks.add(task);
  state.taskCount++;
  return task;
}

/** Whether this transmitter decides what becomes of the task. */
export function isOwn(state: TransmitterState, { accepted }: Task): boolean {
  return accepted.owner === state.options.id;
}

/** Gives a task to a free cell of its service, or lets it wait for one. */
export function placeTask(
  state: TransmitterState,
  task: Task,
  outputs: Outputs,
  lanes: readonly Lane[] = lanesFor(state, task),
): void {
  if (taskBefore(task)) return;
  const only = cellOfKey(task, lanes);
  const cell = only ? ifFree(only) : chooseCell(task, lanes);
  if (cell) {
    giveTask(state, task, cell, outputs);
    return;
  }
  // No pattern has a line feed.
  const key = only ? `\n${cellKey(only.id, only.via)}` : lanes.map(({ pattern }) => pattern).join('\n');
  const backlog = task.service.backlogs.get(key) ?? newBacklog(task.service, key, lanes, only);
  backlog.tasks.push(task);
  task.backlog = backlog;
}

function newBacklog({ backlogs }: Service, key: string, lanes: readonly Lane[], cell: Cell | undefined): Backlog {
  const backlog = { lanes, cell, tasks: new TaskQueue() };
  backlogs.set(key, backlog);
  return backlog;
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
  cell.parked.delete(task);
  if (task.cell === cell) task.cell = undefined;
  if (hasRoom(cell)) for (const lane of cell.lanes) enterLine(lane, cell);
}

/** The cell has the task now, whoever gave it. */
export function holdTask(task: Task, cell: Cell): void {
  task.cell = cell;
  cell.tasks.set(task.accepted.event.id, task);
  // To the end of each line, if it stays in it at all: whoever waited longest is next.
  const isFree = hasRoom(cell);
  for (const lane of cell.lanes) {
    if (!isFree) leaveLine(lane, cell);
    else if (cell.via === undefined) lane.free.moveToEnd(cell);
    else lane.freeElsewhere.add(cell);
  }
}

/** Among those who can take one more. */
export function enterLine(lane: Lane, cell: Cell): void {
  if (cell.via === undefined) lane.free.add(cell);
  else lane.freeElsewhere.add(cell);
}

export function leaveLine(lane: Lane, cell: Cell): void {
  if (cell.via === undefined) lane.free.delete(cell);
  else lane.freeElsewhere.delete(cell);
}

/** The task is over; nobody waits for it any more. */
export function closeTask(state: TransmitterState, task: Task, outcome: 'done' | 'failed', outputs: Outputs): void {
  unqueue(task);
  state.resting.delete(task);
  leaveService(task);
  if (outcome === 'done') task.service.done++;
  else task.service.dead++;
  leaveEvent(task);
  const { accepted, service } = task;
  accepted.ended = accepted.ended.length === 0 ? service.names : [...accepted.ended, service.name];
  state.taskCount--;
  if (task.isShown) outputs.push({ type: 'closed', task, outcome });
  task.isShown = false;
  if (accepted.openTasks.length === 0) remember(state, task);
  const { cell } = task;
  // Of an own cell it is counted when it answers.
  if (cell?.via !== undefined && outcome === 'done') cell.done++;
  // An own cell that works on it says itself when it is free.
  if (cell && (cell.via !== undefined || cell.parked.has(task))) {
    takeBack(task, cell);
    feedCell(state, cell, outputs);
  }
  passTurn(state, task, outputs);
  dropIfUnused(state, task.service);
}

function leaveService(task: Task): void {
  task.service.tasks.delete(task.listed);
  task.listed = undefined;
}

function leaveEvent(task: Task): void {
  const { openTasks } = task.accepted;
  const at = openTasks.indexOf(task);
  if (at >= 0) openTasks.splice(at, 1);
}

/** A copy of a task of which is not known whether it is still open: no longer kept, and not known to have ended. [T-24] */
export function dropTask(state: TransmitterState, task: Task): void {
  const { accepted, service } = task;
  unqueue(task);
  leaveService(task);
  leaveEvent(task);
  state.taskCount--;
  if (accepted.openTasks.length === 0) remember(state, task);
  dropIfUnused(state, service);
}

/** The next task with the same key may be done, if there is one. */
export function passTurn(state: TransmitterState, task: Task, outputs: Outputs): void {
  const next = leaveChain(task);
  if (next && !next.cell && next.restUntilMs === 0) placeTask(state, next, outputs);
}

/** After a change of lanes, waiting tasks may belong to others; after one of their cells, those with a key. */
export function regroup(state: TransmitterState, service: Service, changed: 'lanes' | 'cells', outputs: Outputs): void {
  const waiting: Task[] = [];
  for (const [key, { cell, tasks }] of service.backlogs) {
    if (changed === 'cells' && !cell) continue;
    service.backlogs.delete(key);
    waiting.push(...tasks);
  }
  for (const task of waiting) task.backlog = undefined;
  for (const task of waiting) placeTask(state, task, outputs);
}

/** A service without cells, tasks and lanes is forgotten. */
export function dropIfUnused(state: TransmitterState, { name, cells, tasks, lanes }: Service): void {
  if (cells.size === 0 && tasks.size === 0 && lanes.size === 0) state.services.delete(name);
}

export function hasRoom(cell: Cell): boolean {
  return !cell.isPaused && cell.tasks.size < cell.capacity;
}

/** The cell is given no more tasks. What it catches is waited for, since it will be elsewhere soon. [T-70] */
export function pauseCell(state: TransmitterState, cell: Cell, outputs: Outputs): void {
  cell.isPaused = true;
  for (const lane of cell.lanes) leaveLine(lane, cell);
  regroup(state, cell.service, 'cells', outputs);
}

function giveTask(state: TransmitterState, task: Task, cell: Cell, outputs: Outputs): void {
  const { id } = task.accepted.event;
  task.attempt++;
  holdTask(task, cell);
  state.counts.attempts++;
  const place = { cell: cell.id, via: cell.via ?? state.options.id };
  // A new event travels with the choices that were made for it.
  if (task.accepted.isLogged && !isAlone(state))
    append(state, { type: 'give', id, service: task.service.name, attempt: task.attempt, place });
  if (cell.via === undefined) sendTask(state, task, cell, outputs);
}

/** The own cell that waited longest; elsewhere, the one that belongs to the event. [T-40] */
function chooseCell({ accepted }: Task, lanes: readonly Lane[]): Cell | undefined {
  const own = lanes.find((lane) => lane.free.size > 0)?.free.first();
  if (own) return own;
  const [lane, ...others] = lanes.filter(({ freeElsewhere }) => freeElsewhere.size > 0);
  if (!lane) return undefined;
  const elsewhere = others.length === 0 ? lane.freeElsewhere : lanes.flatMap((one) => [...one.freeElsewhere]);
  return rendezvous(accepted.event.id, elsewhere, (cell) => cell.id);
}

/** Sends a task to the cell that has it; one that knows it already takes no notice or repeats its answer. */
export function sendTask(state: TransmitterState, task: Task, cell: Cell, outputs: Outputs): void {
  const { accepted } = task;
  if (cell.packed && accepted instanceof PackedEvent) give(state, cell, accepted, task.attempt);
  else outputs.push({ type: 'send', to: cell.peer, frame: taskFrame(task, cell) });
}

/** The cell to which what has the task's key belongs, free or not: the same one as long as the same ones catch it. [T-47] */
function cellOfKey({ accepted }: Task, lanes: readonly Lane[]): Cell | undefined {
  const { key } = accepted.event;
  if (key === undefined) return undefined;
  const cells = lanes.flatMap((lane) => [...lane.cells]);
  const taking = cells.filter(({ isPaused }) => !isPaused);
  return rendezvous(key, taking.length > 0 ? taking : cells, ({ id }) => id);
}

function ifFree(cell: Cell): Cell | undefined {
  return hasRoom(cell) ? cell : undefined;
}

function taskFrame({ accepted, attempt }: Task, { encoding }: Cell): Uint8Array {
  if (encoding === 'J') return withFields(accepted.bytes, commands.task, { attempt });
  return encodeFrame(encoding, commands.task, { ...plainEvent(accepted), attempt });
}

function lanesFor(state: TransmitterState, { accepted, service }: Task): readonly Lane[] {
  return takersOf(state, accepted.event).get(service) ?? [];
}

/** Patterns of services, or of single cells for what is asked of every cell. */
export function indexOf(state: TransmitterState, isAsked: boolean): Takers {
  return isAsked ? state.askedIndex : state.index;
}

/** Who could take an event. */
export function takersOf(
  state: TransmitterState,
  { channel, all = false }: Pick<EventContents, 'channel' | 'all'>,
): LanesByService {
  return indexOf(state, all).of(channel);
}

function nextFor(cell: Cell): Task | undefined {
  let next: Task | undefined;
  for (const { lanes, cell: only, tasks } of backlogsOf(cell)) {
    const task = tasks.peek();
    if (!task || (next && !isBefore(task, next))) continue;
    if (only ? only !== cell : !lanes.some((lane) => cell.lanes.has(lane))) continue;
    next = task;
  }
  return next;
}

function backlogsOf({ service, solo }: Cell): Iterable<Backlog> {
  return solo && solo.backlogs.size > 0
    ? [...service.backlogs.values(), ...solo.backlogs.values()]
    : service.backlogs.values();
}

function isBefore(a: Task, b: Task): boolean {
  const aReturned = a.attempt > 0;
  return aReturned === b.attempt > 0 ? a.order < b.order : aReturned;
}

/** The task waits no longer. */
export function unqueue(task: Task): void {
  const { backlog, service } = task;
  if (!backlog) return;
  task.backlog = undefined;
  backlog.tasks.delete(task);
  if (backlog.tasks.size > 0) return;
  for (const [key, other] of service.backlogs) if (other === backlog) service.backlogs.delete(key);
}

/** What ended is known for a while, so that a repeat is not handled again and a repeated request is answered again. */
function remember(state: TransmitterState, { accepted }: Task): void {
  const { event, sender, wantsAnswer, answers, ended: services, isPublished, owner } = accepted;
  state.open.delete(event.id);
  disown(accepted);
  const facts = { services, isPublished, asker: wantsAnswer ? sender : undefined, owner };
  // Among several, an answer may be known elsewhere though not here: then it must not look as if there were none.
  const isKnown = wantsAnswer && (answers.length > 0 || state.network.members.size === 0);
  state.ended.set(event.id, facts, isKnown ? answers : undefined);
}
