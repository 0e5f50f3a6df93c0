import type { PeerId } from '@syncytium/transport';
import type { EncodingCode } from '@syncytium/codec';
import { parsePattern } from '../patterns/pattern.js';
import { append } from '../network/disseminate.js';
import { cellKey } from './cell-key.js';
import {
  dropIfUnused,
  enterLine,
  feedCell,
  hasRoom,
  leaveLine,
  newLane,
  regroup,
  sendTask,
  takeBack,
} from './transmitter-tasks.js';
import type { Cell, Lane, Service, Task, TransmitterOutput, TransmitterState } from './transmitter-state.js';

type Outputs = TransmitterOutput[];

export interface NewCell {
  readonly id: string;
  readonly service: string;
  readonly capacity: number;
  readonly encoding: EncodingCode;
  readonly isSimple: boolean;
  readonly batch: boolean;
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
  hello: Omit<NewCell, 'encoding' | 'isSimple' | 'batch'>,
  now: number,
) {
  return newCell(state, '', { ...hello, encoding: 'M', isSimple: false, batch: false }, via, now);
}

function newCell(state: TransmitterState, peer: PeerId, hello: NewCell, via: string | undefined, now: number): Cell {
  const service = serviceNamed(state, hello.service, now);
  const cell: Cell = {
    ...hello,
    name: cellName(hello.service, hello.id),
    via,
    service,
    peer,
    tasks: new Map(),
    parked: new Set(),
    lanes: new Set(),
    done: 0,
    heardMs: now,
    pingedMs: now,
  };
  service.cells.set(cellKey(cell.id, via), cell);
  return cell;
}

/** How people see a cell: `mail/3fa9c1d2`. */
export function cellName(service: string, id: string): string {
  return `${service}/${id.slice(0, 8)}`;
}

/** The same cell on another line. What was on its way on the former one may be lost, so its tasks are sent again. */
export function moveCell(state: TransmitterState, cell: Cell, peer: PeerId, outputs: Outputs): void {
  state.cellOf.delete(cell.peer);
  cell.peer = peer;
  state.cellOf.set(peer, cell);
  for (const task of cell.tasks.values()) if (!cell.parked.has(task)) sendTask(task, cell, outputs);
}

/** The cell is gone. Returns the tasks that it alone had; they are with nobody now. */
export function removeCell(state: TransmitterState, cell: Cell, now: number, outputs: Outputs): Task[] {
  const { service } = cell;
  const orphans = [...cell.tasks.values()].filter((task) => task.cell === cell && service.tasks.has(task));
  if (cell.via === undefined) {
    state.cells.delete(cell.id);
    if (state.cellOf.get(cell.peer) === cell) state.cellOf.delete(cell.peer);
    append(state, { type: 'left', id: cell.id });
  }
  service.cells.delete(cellKey(cell.id, cell.via));
  if (service.cells.size === 0) service.emptySinceMs = now;
  const emptied = [...cell.lanes].filter((lane) => leaveLane(state, cell, lane));
  regroup(state, service, emptied.length > 0 ? 'lanes' : 'cells', outputs);
  for (const task of orphans) task.cell = undefined;
  dropIfUnused(state, service);
  return orphans;
}

/** From now on the cell takes events of the pattern. Throws `bad_pattern`. */
export function catchPattern(state: TransmitterState, cell: Cell, given: string, outputs: Outputs): void {
  const { text } = parsePattern(given);
  const { service } = cell;
  const known = service.lanes.get(text);
  const lane = known ?? newLane(service, text);
  if (lane.cells.has(cell)) return;
  if (!known) {
    service.lanes.set(text, lane);
    state.index.add(text, lane);
  }
  lane.cells.add(cell);
  cell.lanes.add(lane);
  if (cell.via === undefined) append(state, { type: 'catch', cell: cell.id, pattern: text });
  if (hasRoom(cell)) enterLine(lane, cell);
  regroup(state, service, known ? 'cells' : 'lanes', outputs);
  if (known) feedCell(state, cell, outputs);
}

/** The cell takes no more events of the pattern; what it has, it still answers. Throws `bad_pattern`. */
export function dropPattern(state: TransmitterState, cell: Cell, given: string, outputs: Outputs): void {
  const lane = cell.service.lanes.get(parsePattern(given).text);
  if (!lane?.cells.has(cell)) return;
  if (cell.via === undefined) append(state, { type: 'drop', cell: cell.id, pattern: lane.pattern });
  regroup(state, cell.service, leaveLane(state, cell, lane) ? 'lanes' : 'cells', outputs);
}

/** A cell without one of its tasks has room. */
export function releaseTask(state: TransmitterState, cell: Cell, id: string, outputs: Outputs): void {
  const task = cell.tasks.get(id);
  if (!task) return;
  takeBack(task, cell);
  unpark(cell, outputs);
  feedCell(state, cell, outputs);
}

/** Sends an own cell what it was given and had no room for. [T-42] */
export function unpark(cell: Cell, outputs: Outputs): void {
  for (const task of cell.parked) {
    if (cell.tasks.size - cell.parked.size >= cell.capacity) return;
    cell.parked.delete(task);
    if (task.cell === cell && task.service.tasks.has(task)) sendTask(task, cell, outputs);
    else cell.tasks.delete(task.accepted.event.id);
  }
}

/** `true` when nobody is left in the lane, which is gone then. */
function leaveLane(state: TransmitterState, cell: Cell, lane: Lane): boolean {
  cell.lanes.delete(lane);
  lane.cells.delete(cell);
  leaveLine(lane, cell);
  if (lane.cells.size > 0) return false;
  lane.service.lanes.delete(lane.pattern);
  state.index.delete(lane.pattern, lane);
  return true;
}

export function serviceNamed(state: TransmitterState, name: string, now: number): Service {
  const known = state.services.get(name);
  if (known) return known;
  const service: Service = {
    name,
    cells: new Map(),
    lanes: new Map(),
    backlogs: new Map(),
    chains: new Map(),
    tasks: new Set(),
    done: 0,
    dead: 0,
    emptySinceMs: now,
  };
  state.services.set(name, service);
  return service;
}
