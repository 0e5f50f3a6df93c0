/** One line of what a cell noted, and which process it was. */
export interface Note {
  readonly who: string;
  readonly atMs: number;
  readonly what: string;
  readonly facts: readonly string[];
}

/** What became of the events of a run. */
export interface Verdict {
  /** Events that a transmitter said `OKAY` to. */
  readonly accepted: number;
  /** Those of them that nobody handled, or whose sender lives and was not answered. */
  readonly lost: readonly string[];
  /** Events with two different answers, or that the library answered twice. */
  readonly answeredTwice: readonly string[];
  /** Answers that came to a sender's line again, the same as before. */
  readonly repeated: number;
  /** Events that were handled more than once, which kills may cause. */
  readonly handledAgain: number;
  /** What was refused or not answered in time. */
  readonly failed: readonly string[];
}

/** `ATMS WHAT FACTS...`, or `undefined` for what is no note, such as the half line of a process that was killed. */
export function readNote(who: string, line: string): Note | undefined {
  const [at, what, ...facts] = line.split(' ');
  const atMs = Number(at);
  return at && what && Number.isFinite(atMs) ? { who, atMs, what, facts } : undefined;
}

/** Judges by the notes alone, whatever the library and the transmitters think of themselves. */
export function judge(notes: readonly Note[], killed: ReadonlySet<string>): Verdict {
  const asked = new Map<string, string>();
  const handled = new Map<string, number>();
  const answers = new Map<string, Set<string>>();
  const answered = new Map<string, number>();
  const confirmed = new Set<string>();
  const failed: string[] = [];
  let repeated = 0;
  for (const { who, what, facts } of notes) {
    const [id = '', answer = ''] = facts;
    if (what === 'accepted') asked.set(id, who);
    else if (what === 'handled') count(handled, id);
    else if (what === 'answered') count(answered, id);
    else if (what === 'confirmed') confirmed.add(id);
    else if (what === 'failed') failed.push(facts.join(' '));
    else if (what === 'answer') {
      const known = answers.get(id) ?? new Set();
      if (known.has(answer)) repeated++;
      answers.set(id, known.add(answer));
    }
  }
  const isDone = ([id, who]: readonly [string, string]): boolean =>
    handled.has(id) && (answered.has(id) || confirmed.has(id) || killed.has(who));
  const isTwice = (id: string): boolean => (answers.get(id)?.size ?? 0) > 1 || (answered.get(id) ?? 0) > 1;
  return {
    accepted: asked.size,
    lost: [...asked].filter((event) => !isDone(event)).map(([id]) => id),
    answeredTwice: [...new Set([...answers.keys(), ...answered.keys()])].filter(isTwice),
    repeated,
    handledAgain: [...handled.values()].filter((times) => times > 1).length,
    failed,
  };
}

function count(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1);
}
