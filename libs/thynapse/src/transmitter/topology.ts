import type { Cell, Service, TransmitterState } from './transmitter-state.js';

/** Who is there and what they do, as `GET /topology` shows it. Counts begin with the transmitter; two readings make rates. */
export interface Topology {
  /** When this was read, on the transmitter's own clock, in milliseconds. */
  readonly clockMs: number;
  /** Events accepted. */
  readonly events: number;
  readonly transmitter: { readonly id: string; readonly command: string; readonly event: string };
  /** The other transmitters that are known. */
  readonly transmitters: readonly TransmitterTopology[];
  readonly services: readonly ServiceTopology[];
}

export interface TransmitterTopology {
  readonly id: string;
  readonly command: string;
  readonly event: string;
  /** Whether there is a way to it, through others or directly. */
  readonly isReachable: boolean;
  /** Ids of those that it hears directly. */
  readonly neighbours: readonly string[];
}

export interface ServiceTopology {
  readonly name: string;
  readonly patterns: readonly string[];
  /** Tasks that wait for a free cell, or rest after a failure. */
  readonly waiting: number;
  /** Tasks that a cell has. */
  readonly inFlight: number;
  /** How old the oldest of these tasks is that this transmitter decides about, in milliseconds; 0 when there is none. */
  readonly lagMs: number;
  /** Tasks done, and given up. */
  readonly done: number;
  readonly dead: number;
  readonly cells: readonly CellTopology[];
}

export interface CellTopology {
  readonly id: string;
  /** The other transmitter that it is connected to; `null` for the own cells. */
  readonly via: string | null;
  /** `service/` and the first digits of the id. */
  readonly name: string;
  readonly patterns: readonly string[];
  readonly capacity: number;
  readonly inFlight: number;
  /** Tasks that it did. */
  readonly done: number;
  /** How long nothing was heard of it, in milliseconds; `null` for cells of other transmitters, which hear them. */
  readonly silentMs: number | null;
}

interface Reading {
  readonly command: string;
  readonly now: number;
}

/** Now, of the clock by which waits are opened, and of the transmitter. */
interface Times {
  readonly clockMs: number;
  readonly ownMs: number;
}

/** Of a transmitter that has not started. */
export function emptyTopology(id: string, clockMs: number): Topology {
  return { clockMs, events: 0, transmitter: { id, command: '', event: '' }, transmitters: [], services: [] };
}

export function topologyOf(state: TransmitterState, { command, now }: Reading): Topology {
  const { id, pub, heartbeatMs } = state.options;
  const times = { clockMs: now, ownMs: state.time.at(now, heartbeatMs) };
  return {
    clockMs: now,
    events: state.counts.events,
    transmitter: { id, command, event: pub },
    transmitters: Array.from(state.network.members.values(), (member) => ({
      id: member.id,
      command: member.command,
      event: member.pub,
      isReachable: member.isReachable,
      neighbours: [...member.neighbours],
    })),
    services: [...state.services.values()].filter(({ solo }) => !solo).map((service) => serviceOf(service, times)),
  };
}

function serviceOf(service: Service, times: Times): ServiceTopology {
  let inFlight = 0;
  for (const { cell } of service.tasks) if (cell) inFlight++;
  // Tasks are kept in the order in which they began.
  const oldest = [...service.tasks].find(({ wait }) => wait)?.wait;
  return {
    name: service.name,
    patterns: [...service.lanes.keys()],
    waiting: service.tasks.size - inFlight,
    inFlight,
    lagMs: oldest ? Math.round(times.clockMs - oldest.since) : 0,
    done: service.done,
    dead: service.dead,
    cells: Array.from(service.cells.values(), (cell) => cellOf(cell, times)),
  };
}

function cellOf(cell: Cell, { ownMs }: Times): CellTopology {
  const { id, via, name, service, lanes, capacity, tasks, done, heardMs } = cell;
  return {
    id,
    via: via ?? null,
    name,
    patterns: [...lanes].filter((lane) => lane.service === service).map(({ pattern }) => pattern),
    capacity,
    inFlight: tasks.size,
    done,
    silentMs: via === undefined ? Math.round(ownMs - heardMs) : null,
  };
}
