import type { Note } from './kill-judge.js';

export interface Recovery {
  /**
   * Milliseconds until every sender that it concerned, and that lived to the end, had another answer, on another line where
   * it lost its own; `undefined` where it concerned none.
   */
  readonly flowsAgainMs: number | undefined;
  /** Milliseconds until all events were handled that had been accepted before. */
  readonly caughtUpMs: number;
}

export interface Killed {
  readonly atMs: number;
  /** Its id, where it was a transmitter: it concerns the senders that were connected to it; else it concerns all. */
  readonly transmitter?: string | undefined;
}

/** How long what was under way at the time of a kill took to go on, by what cells noted. */
export function recoveryOf(
  { notes, killed }: { readonly notes: readonly Note[]; readonly killed: ReadonlySet<string> },
  { atMs, transmitter }: Killed,
): Recovery {
  const connectedTo = new Map<string, string>();
  const welcomed = new Set<string>();
  const open = new Set<string>();
  const answeredAt = new Map<string, number>();
  let caughtUpAt = atMs;
  for (const note of notes) {
    const { what, who, facts } = note;
    const [id = ''] = facts;
    const isBefore = note.atMs <= atMs;
    if (what === 'welcome' && isBefore) connectedTo.set(who, id);
    else if (what === 'welcome') welcomed.add(who);
    else if (what === 'accepted' && isBefore) open.add(id);
    else if (what === 'handled' && open.delete(id) && !isBefore) caughtUpAt = Math.max(caughtUpAt, note.atMs);
    else if (what === 'answer' && !isBefore && !answeredAt.has(who)) {
      // What was on its way on the lost line may still have arrived.
      if (transmitter === undefined || welcomed.has(who)) answeredAt.set(who, note.atMs);
    }
  }
  const concerned = [...connectedTo].filter(
    ([who, to]) => !killed.has(who) && (transmitter === undefined || to === transmitter),
  );
  const answers = concerned.flatMap(([who]) => answeredAt.get(who) ?? []);
  return {
    flowsAgainMs: answers.length > 0 ? Math.max(...answers) - atMs : undefined,
    caughtUpMs: caughtUpAt - atMs,
  };
}
