import type { WaitView } from './waits.js';

/** Parties that wait for each other in a ring: each waits for the next, the last for the first. */
export interface WaitCycle {
  /** The parties in order, each once. */
  readonly parties: readonly string[];
  /** The wait of each party that leads to the next one. */
  readonly waits: readonly WaitView[];
  /** `true` when no wait of anybody in the ring can end by itself: nobody outside could free them. */
  readonly deadlock: boolean;
}

/**
 * The rings in the graph "who waits for whom" over any number of systems; parties of the same name are one party. One
 * ring is reported for every group of parties that reach each other, in time proportional to waits and edges.
 *
 * A ring is a *deadlock* when everybody in it is stuck: a party that waits for nobody can act; a wait for `any` can end
 * when one of its parties can act, a wait for `all` when every one can; a wait for nobody in particular, or one with
 * a deadline, always can. A party can act when it has no wait, or one that can end.
 */
export function findCycles(waits: Iterable<WaitView>): WaitCycle[] {
  const graph = new Map<string, WaitView[]>();
  for (const wait of waits) {
    const known = graph.get(wait.who);
    if (known) known.push(wait);
    else graph.set(wait.who, [wait]);
  }
  const stuck = stuckParties(graph);
  return components(graph).flatMap(({ root, members }) => {
    const cycle = cycleWithin(graph, root, members);
    return cycle ? [{ ...cycle, deadlock: cycle.parties.every((party) => stuck.has(party)) }] : [];
  });
}

/** `A waits for B (mates for event coin), B waits for A (...)`: a ring as one line for people. */
export function formatCycle({ parties, waits, deadlock }: WaitCycle): string {
  const steps = parties.map((party, i) => {
    const wait = waits[i];
    const next = parties[(i + 1) % parties.length] ?? party;
    return `${party} waits for ${next}${wait ? ` (${wait.system}: ${wait.what}, ${wait.waitedMs} ms)` : ''}`;
  });
  return `${deadlock ? 'deadlock' : 'cycle'}: ${steps.join(', ')}`;
}

type Graph = ReadonlyMap<string, readonly WaitView[]>;

/** Starts from everybody who waits, and frees parties until no more can be freed. */
function stuckParties(graph: Graph): Set<string> {
  const stuck = new Set(graph.keys());
  const waitersOn = new Map<string, Set<string>>();
  for (const [who, waits] of graph) {
    for (const wait of waits) {
      for (const whom of wait.whom) {
        const waiters = waitersOn.get(whom);
        if (waiters) waiters.add(who);
        else waitersOn.set(whom, new Set([who]));
      }
    }
  }
  const canEnd = (wait: WaitView): boolean => {
    if (wait.until !== null || wait.whom.length === 0) return true;
    const free = (party: string): boolean => !stuck.has(party);
    return wait.mode === 'all' ? wait.whom.every(free) : wait.whom.some(free);
  };
  const canAct = (who: string): boolean => (graph.get(who) ?? []).some(canEnd);
  const agenda = [...stuck];
  for (let who = agenda.pop(); who !== undefined; who = agenda.pop()) {
    if (!stuck.has(who) || !canAct(who)) continue;
    stuck.delete(who);
    agenda.push(...(waitersOn.get(who) ?? []));
  }
  return stuck;
}

/** Parties that reach each other; `root` is the first of them that was seen. */
interface Component {
  readonly root: string;
  readonly members: ReadonlySet<string>;
}

/** Strongly connected components (Tarjan), iterative: a chain of waits may be longer than the call stack. */
function components(graph: Graph): Component[] {
  const found: Component[] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const root of graph.keys()) {
    if (order.has(root)) continue;
    const path: { party: string; next: IterableIterator<string> }[] = [];
    const enter = (party: string): void => {
      order.set(party, order.size);
      low.set(party, order.size - 1);
      open.push(party);
      isOpen.add(party);
      path.push({ party, next: successors(graph, party) });
    };
    enter(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const { party } = top;
      const step = top.next.next();
      if (!step.done) {
        if (!order.has(step.value)) enter(step.value);
        else if (isOpen.has(step.value)) lower(low, party, order.get(step.value));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent) lower(low, parent.party, low.get(party));
      if (low.get(party) !== order.get(party)) continue;
      const members = new Set<string>();
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        isOpen.delete(member);
        members.add(member);
        if (member === party) break;
      }
      found.push({ root: party, members });
    }
  }
  return found;
}

function lower(low: Map<string, number>, party: string, to = Infinity): void {
  low.set(party, Math.min(low.get(party) ?? Infinity, to));
}

function* successors(graph: Graph, party: string): IterableIterator<string> {
  for (const wait of graph.get(party) ?? []) yield* wait.whom;
}

/** A shortest ring through `start`; `undefined` for a party alone that does not wait for itself. */
function cycleWithin(
  graph: Graph,
  start: string,
  members: ReadonlySet<string>,
): Omit<WaitCycle, 'deadlock'> | undefined {
  const cameFrom = new Map<string, { party: string; wait: WaitView }>();
  const agenda = [start];
  for (const party of agenda) {
    for (const wait of graph.get(party) ?? []) {
      for (const whom of wait.whom) {
        if (!members.has(whom) || cameFrom.has(whom)) continue;
        cameFrom.set(whom, { party, wait });
        if (whom === start) return trace(start, cameFrom);
        agenda.push(whom);
      }
    }
  }
  return undefined;
}

function trace(start: string, cameFrom: ReadonlyMap<string, { party: string; wait: WaitView }>) {
  const parties: string[] = [];
  const waits: WaitView[] = [];
  let step = cameFrom.get(start);
  while (step) {
    parties.push(step.party);
    waits.push(step.wait);
    if (step.party === start) break;
    step = cameFrom.get(step.party);
  }
  return { parties: parties.reverse(), waits: waits.reverse() };
}
