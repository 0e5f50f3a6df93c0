import type { PeerId } from '@syncytium/transport';
import { ChurnMap } from '@syncytium/kit';
import type { EncodingCode } from '@syncytium/codec';
import { cellName } from '../wire/cell-name.js';
import { heartbeatsUntilLost } from '../wire/wire.js';
import { LinkedList } from '../collections/linked-list.js';
import { parsePattern } from '../patterns/pattern.js';
import { append } from '../network/disseminate.js';
import { cellKey } from './cell-key.js';
import { readSolo, soloName } from './solo.js';
import {
  dropIfUnused,
  enterLine,
  feedCell,
  hasRoom,
  indexOf,
  leaveLine,
  newLane,
  regroup,
  sendTask,
  takeBack,
} from './transmitter-tasks.js';
import type { Cell, Lane, Service, Task, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';

type Outputs = TransmitterOutput[];

export interface NewCell {
  readonly id: string;
  readonly service: string;
  readonly capacity: number;
  readonly encoding: EncodingCode;
  readonly isSimple: boolean;
  readonly batch: boolean;
  readonly packed: boolean;
}

export function addCell(state: TransmitterState, peer: PeerId, hello: NewCell, now: number): Cell {
  const cell = newCell(state, peer, hello, undefined, now);
  state.cells.set(cell.id, cell);
  state.cellOf.set(peer, cell);
  append(state, { type: 'cell', id: cell.id, service: hello.service, capacity: cell.capacity });
  return cell;
}

/** A cell of another transmitter. */
export function addCellElsewhere(
  state: TransmitterState,
  via: string,
  hello: Omit<NewCell, 'encoding' | 'isSimple' | 'batch' | 'packed'>,
  now: number,
) {
  return newCell(state, '', { ...hello, encoding: 'M', isSimple: false, batch: false, packed: false }, via, now);
}

function newCell(state: TransmitterState, peer: PeerId, hello: NewCell, via: string | undefined, now: number): Cell {
  const service = serviceNamed(state, hello.service, now);
  const cell: Cell = {
    ...hello,
    name: cellName(hello.service, hello.id),
    via,
    service,
    peer,
    tasks: new ChurnMap(),
    parked: new Set(),
    lanes: new Set(),
    outgoing: { work: [], replies: [] },
    answerHead: undefined,
    solo: undefined,
    isPaused: false,
    isAskedToGo: false,
    isGoing: false,
    done: 0,
    heardMs: now,
    pingedMs: now,
  };
  service.cells.set(cellKey(cell.id, via), cell);
  return cell;
}

/** The same cell on another line. What was on its way on the former one may be lost, so its tasks are sent again. */
export function moveCell(state: TransmitterState, cell: Cell, peer: PeerId, outputs: Outputs): void {
  state.cellOf.delete(cell.peer);
  cell.peer = peer;
  state.cellOf.set(peer, cell);
  for (const task of cell.tasks.values()) if (!cell.parked.has(task)) sendTask(state, task, cell, outputs);
}

/**
 * The cell is gone; what its service catches is there until `keptUntilMs` all the same. Returns the tasks that it alone
 * had; they are with nobody now.
 */
export function removeCell(
  state: TransmitterState,
  cell: Cell,
  now: number,
  outputs: Outputs,
  keptUntilMs = 0,
): Task[] {
  const orphans = [...cell.tasks.values()].filter((task) => task.cell === cell && task.listed);
  if (cell.via === undefined) {
    state.cells.delete(cell.id);
    if (state.cellOf.get(cell.peer) === cell) state.cellOf.delete(cell.peer);
    append(state, { type: 'left', id: cell.id });
  }
  const emptied = new Set<Service>();
  for (const lane of [...cell.lanes]) if (leaveLane(state, cell, lane, keptUntilMs)) emptied.add(lane.service);
  const services = cell.solo ? [cell.service, cell.solo] : [cell.service];
  for (const service of services) {
    service.cells.delete(cellKey(cell.id, cell.via));
    if (service.cells.size === 0) service.emptySinceMs = now;
    regroup(state, service, emptied.has(service) ? 'lanes' : 'cells', outputs);
  }
  for (const task of orphans) task.cell = undefined;
  for (const service of services) dropIfUnused(state, service);
  return orphans;
}

/** What a cell catches: events, or, with `all`, what is asked of every cell. */
export interface Catch {
  readonly pattern: string;
  readonly all: boolean;
}

/** From now on the cell takes events of the pattern. Throws `bad_pattern`. */
export function catchPattern(state: TransmitterState, cell: Cell, { pattern, all }: Catch, outputs: Outputs): void {
  const { text } = parsePattern(pattern);
  const service = all ? soloOf(state, cell) : cell.service;
  const known = service.lanes.get(text);
  const lane = known ?? newLane(service, text);
  if (lane.cells.has(cell)) return;
  state.keptLanes.delete(lane);
  if (!known) {
    service.lanes.set(text, lane);
    indexOf(state, all).add(lane);
  }
  lane.cells.add(cell);
  cell.lanes.add(lane);
  if (cell.via === undefined) append(state, { type: 'catch', cell: cell.id, pattern: text, all });
  if (hasRoom(cell)) enterLine(lane, cell);
  regroup(state, service, known ? 'cells' : 'lanes', outputs);
  if (known) feedCell(state, cell, outputs);
}

/** The cell takes no more events of the pattern; what it has, it still answers. Throws `bad_pattern`. */
export function dropPattern(state: TransmitterState, cell: Cell, { pattern, all }: Catch, outputs: Outputs): void {
  const lane = (all ? cell.solo : cell.service)?.lanes.get(parsePattern(pattern).text);
  if (!lane?.cells.has(cell)) return;
  if (cell.via === undefined) append(state, { type: 'drop', cell: cell.id, pattern: lane.pattern, all });
  regroup(state, lane.service, leaveLane(state, cell, lane) ? 'lanes' : 'cells', outputs);
}

/** What a cell catches. */
export function catchesOf({ lanes }: Cell): Catch[] {
  return Array.from(lanes, ({ pattern, service }) => ({ pattern, all: service.solo !== undefined }));
}

/** A cell without one of its tasks has room. */
export function releaseTask(state: TransmitterState, cell: Cell, id: string, outputs: Outputs): void {
  const task = cell.tasks.get(id);
  if (!task) return;
  takeBack(task, cell);
  unpark(state, cell, outputs);
  feedCell(state, cell, outputs);
}

/** Sends an own cell what it was given and had no room for. [T-42] */
export function unpark(state: TransmitterState, cell: Cell, outputs: Outputs): void {
  for (const task of cell.parked) {
    if (cell.tasks.size - cell.parked.size >= cell.capacity) return;
    cell.parked.delete(task);
    if (task.cell === cell && task.listed) sendTask(state, task, cell, outputs);
    else cell.tasks.delete(task.accepted.event.id);
  }
}

/** `true` when nobody is left in the lane, which is gone then, unless it is kept. */
function leaveLane(state: TransmitterState, cell: Cell, lane: Lane, keptUntilMs = 0): boolean {
  cell.lanes.delete(lane);
  lane.cells.delete(cell);
  leaveLine(lane, cell);
  if (lane.cells.size > 0) return false;
  // What is asked of a single cell waits for it in its own way. [T-48]
  if (keptUntilMs > 0 && !lane.service.solo) {
    lane.keptUntilMs = keptUntilMs;
    state.keptLanes.add(lane);
    return false;
  }
  deleteLane(state, lane);
  return true;
}

function deleteLane(state: TransmitterState, lane: Lane): void {
  lane.service.lanes.delete(lane.pattern);
  indexOf(state, lane.service.solo !== undefined).delete(lane);
}

/** Lanes whose cells have not come back in time are gone. [T-54] */
export function dropKeptLanes(state: TransmitterState, now: number, outputs: Outputs): void {
  for (const lane of state.keptLanes) {
    if (now < lane.keptUntilMs) continue;
    state.keptLanes.delete(lane);
    deleteLane(state, lane);
    regroup(state, lane.service, 'lanes', outputs);
    dropIfUnused(state, lane.service);
  }
}

/** The cell as a service of its own. */
function soloOf(state: TransmitterState, cell: Cell): Service {
  if (cell.solo) return cell.solo;
  const solo = serviceNamed(state, soloName({ service: cell.service.name, id: cell.id }), cell.heardMs);
  solo.cells.set(cellKey(cell.id, cell.via), cell);
  cell.solo = solo;
  return solo;
}

/** When cells whose transmitter is lost by now know of that, and look for another one: its silence tells them. [T-48] */
export function knownLostMs({ options }: TransmitterState, now: number): number {
  return now + heartbeatsUntilLost * options.heartbeatMs;
}

export function serviceNamed(state: TransmitterState, name: string, now: number): Service {
  const known = state.services.get(name);
  if (known) return known;
  const service: Service = {
    name,
    names: [name],
    solo: readSolo(name),
    cells: new Map(),
    lanes: new Map(),
    backlogs: new Map(),
    chains: new Map(),
    tasks: new LinkedList(),
    done: 0,
    dead: 0,
    emptySinceMs: now,
  };
  state.services.set(name, service);
  return service;
}
