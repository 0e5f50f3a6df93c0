import type { Fields } from '../wire/fields.js';
import { pass } from './cell-sending.js';
import type { CellOutput, CellState, Welcome } from './cell-state.js';

/** Whoever looks for a transmitter that is back finds it in half this time. */
const homecomingMs = 1000;

/**
 * Whether a transmitter that welcomes this cell was restarted, and knows no others: then it knows of nobody who handles
 * events, until they have come back to it, too. [T-65]
 */
export function isRestarted({ welcome: former, welcomedAt, addresses }: CellState, { id }: Welcome, { all }: Fields) {
  const knowsOthers = Array.isArray(all['peers']) && all['peers'].length > 0;
  return former !== undefined && former.id !== id && welcomedAt === addresses[0] && !knowsOthers;
}

/** Keeps the events whose end is not known for a while, and new ones whose sender waits for something. */
export function keepEvents(state: CellState, now: number): void {
  const ids = Array.from(state.outstanding).flatMap(([id, { isEvent }]) => (isEvent ? [id] : []));
  state.kept = { ids, untilMs: now + homecomingMs };
}

/** Says again what was kept, in its old order. */
export function sayKept(state: CellState, now: number, outputs: CellOutput[]): void {
  const { kept } = state;
  if (!kept || state.phase !== 'welcome') return;
  state.kept = undefined;
  for (const id of kept.ids) {
    const outstanding = state.outstanding.get(id);
    if (outstanding) pass(state, id, outstanding, now, outputs);
  }
}
