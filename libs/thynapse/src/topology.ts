import type { TransmitterState } from './transmitter-state.js';

/** Who is there and what they do, as `GET /topology` shows it. */
export interface Topology {
  readonly transmitter: { readonly id: string; readonly command: string; readonly event: string };
  readonly services: readonly {
    readonly name: string;
    readonly patterns: readonly string[];
    /** Tasks that wait for a free cell, or rest after a failure. */
    readonly waiting: number;
    readonly cells: readonly {
      readonly id: string;
      readonly patterns: readonly string[];
      readonly capacity: number;
      readonly inFlight: number;
      /** How long nothing was heard of it, in milliseconds. */
      readonly silentMs: number;
    }[];
  }[];
}

export function topologyOf(state: TransmitterState, command: string, now: number): Topology {
  const { id, pub } = state.options;
  return {
    transmitter: { id, command, event: pub },
    services: Array.from(state.services.values(), (service) => ({
      name: service.name,
      patterns: [...service.lanes.keys()],
      waiting: [...service.tasks].filter(({ cell }) => !cell).length,
      cells: Array.from(service.cells.values(), (cell) => ({
        id: cell.id,
        patterns: Array.from(cell.lanes, ({ pattern }) => pattern),
        capacity: cell.capacity,
        inFlight: cell.tasks.size,
        silentMs: Math.round(now - cell.heardMs),
      })),
    })),
  };
}
