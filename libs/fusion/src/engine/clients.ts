import type { InterfaceName } from '../fql/query-names.js';
import type { ClientCounts } from './server-facts.js';

/** Counts the clients of the interfaces. */
export class Clients {
  readonly #counts: Record<InterfaceName, { connected: number; total: number }> = {
    rest: { connected: 0, total: 0 },
    standard: { connected: 0, total: 0 },
    bulk: { connected: 0, total: 0 },
  };

  connect(from: InterfaceName): void {
    this.#counts[from].connected++;
    this.#counts[from].total++;
  }

  disconnect(from: InterfaceName): void {
    this.#counts[from].connected--;
  }

  /** As STATS tells them. */
  counts(): { readonly rest: ClientCounts; readonly ws: ClientCounts } {
    const { rest, standard, bulk } = this.#counts;
    const ws = { connected: standard.connected + bulk.connected, total: standard.total + bulk.total };
    return { rest: { ...rest }, ws };
  }
}
