import type { Observed } from './observer.js';
import type { SimulatedCells } from './simulated-cells.js';
import { deadPrefix } from '../wire/wire.js';
import { takersOf } from './network-play.js';

export function assertThat(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

/** What an event's sender was told of its end: an answer, a refusal, or that nobody takes it. */
function outcomesOf({ answers, refusals, isRequest, services }: Observed): number {
  return answers + refusals + (isRequest && services?.length === 0 ? 1 : 0);
}

/** Promises 1 and 2: what was accepted is handled; who asked and lives is told once. */
export function checkHandled(world: SimulatedCells): void {
  for (const { id, channel, handled, confirmations, services } of world.seen.events.values())
    if (confirmations > 0)
      for (const service of services ?? [])
        assertThat((handled.get(service) ?? 0) > 0, `${service} never handled ${id} on ${channel}`);
  checkEnded(world);
}

/** Promise 3: what a service does not handle it fails as often as it may, and one dead letter tells of it. */
export function checkBuried(world: SimulatedCells, attemptsMax: number): void {
  const { events, published, work } = world.seen;
  const letters = new Map<string, Set<string>>();
  for (const { id, channel, data } of published) {
    if (!channel.startsWith(deadPrefix)) continue;
    const { event, service } = data as { event: { id: string }; service: string };
    const about = `${event.id} ${service}`;
    letters.set(about, (letters.get(about) ?? new Set()).add(id));
  }
  const attempts = new Map<string, number>();
  for (const one of work) {
    if (one.type !== 'begun') continue;
    const about = `${one.event.id} ${one.service}`;
    attempts.set(about, (attempts.get(about) ?? 0) + 1);
  }
  for (const { id, channel, handled } of events.values())
    for (const service of takersOf[channel] ?? []) {
      const about = `${id} ${service}`;
      const [done, dead] = [handled.get(service) ?? 0, letters.get(about)?.size ?? 0];
      assertThat(done + dead === 1, `${about} was handled ${done} times and has ${dead} dead letters`);
      const tried = attempts.get(about) ?? 0;
      assertThat(done === 1 ? tried <= attemptsMax : tried === attemptsMax, `${about} was tried ${tried} times`);
    }
  checkEnded(world);
}

/** Who sent something and lives learns what became of it, once where it asked for an answer; and nothing stays open. */
function checkEnded(world: SimulatedCells): void {
  const living = new Set(world.seen.alive.values());
  for (const event of world.seen.events.values()) {
    const { id, isRequest, confirmations, answers, refusals } = event;
    if (!living.has(event.senderId)) continue;
    assertThat(confirmations + answers + refusals > 0, `${event.sender} never learned what became of ${id}`);
    if (isRequest) assertThat(outcomesOf(event) === 1, `request ${id} ended ${outcomesOf(event)} times`);
  }
  for (const [name, { taskCount }] of world.states)
    assertThat(taskCount === 0, `${taskCount} tasks are still open at ${name}: ${openAt(world)}`);
}

/** Where what is open is thought to be, for whoever looks for the cause. */
function openAt(world: SimulatedCells): string {
  const lines: string[] = [];
  for (const [name, { open, options }] of world.states)
    for (const { event, owner, openTasks } of open.values())
      for (const { service, attempt, cell } of openTasks)
        lines.push(
          `${name} ${options.id.slice(0, 4)}: ${event.id} ${service.name} ${attempt} owner ${owner.slice(0, 4)} at ${cell?.via?.slice(0, 4) ?? ''} ${cell?.name ?? 'none'}`,
        );
  return lines.join('\n');
}

/** Promise 1 while nothing fails: each service precisely once. */
export function checkOnce(world: SimulatedCells): void {
  for (const { id, channel, handled, services, confirmations, isAsked } of world.seen.events.values()) {
    if (isAsked) continue;
    const taken = JSON.stringify([...handled].sort());
    const expected = JSON.stringify((takersOf[channel] ?? []).map((service) => [service, 1]));
    assertThat(taken === expected, `${id} on ${channel} was handled ${taken}`);
    // An answer may come first, and confirms as well.
    if (confirmations === 0) continue;
    const told = JSON.stringify([...(services ?? [])].sort());
    assertThat(told === JSON.stringify(takersOf[channel]), `${channel} is handled by ${told}`);
  }
}

/** Promise 4: nobody hears anything twice, and what comes from one sender comes in its order. */
export function checkOrder(world: SimulatedCells, cells = new Set(world.seen.heard.keys())): void {
  for (const [cell, heard] of world.seen.heard) {
    if (!cells.has(cell)) continue;
    const lastOf = new Map<string, number>();
    for (const { from, seq } of heard) {
      if (from === undefined || seq === undefined) continue;
      assertThat((lastOf.get(from) ?? 0) < seq, `${cell} heard event ${seq} of ${from} after a later one, or twice`);
      lastOf.set(from, seq);
    }
  }
}

/** Promise 4: everybody hears everything, answers as well. */
export function checkHeardAll(world: SimulatedCells): void {
  const handled = [...world.seen.events.values()].reduce((sum, event) => sum + event.handled.size, 0);
  for (const [cell, heard] of world.seen.heard) {
    const sent = heard.filter(({ seq }) => seq !== undefined).length;
    assertThat(sent === world.seen.events.size, `${cell} heard ${sent} of ${world.seen.events.size} events`);
    const answers = heard.filter(({ channel }) => channel.endsWith('::success')).length;
    assertThat(answers === handled, `${cell} heard ${answers} of ${handled} answers`);
  }
}

/** Whoever was told to leave has left. [T-70] */
export function checkLeft({ seen }: SimulatedCells, names: readonly string[]): void {
  const replaced = JSON.stringify(seen.replaced);
  assertThat(replaced === JSON.stringify(names), `only ${replaced} of ${JSON.stringify(names)} left`);
}

/** Nothing had to be done again because of that, either. [T-70] */
export function checkReplaced(world: SimulatedCells, names: readonly string[]): void {
  checkLeft(world, names);
  const begun = new Set<string>();
  for (const one of world.seen.work) {
    if (one.type !== 'begun') continue;
    const { service, cell, event } = one;
    const work = `${event.id} ${event.all ? cell : service}`;
    assertThat(!begun.has(work), `${cell} was given ${work} again`);
    begun.add(work);
  }
}

/** No cell took its transmitter for lost. [T-18] */
export function checkStayed({ seen: { exercises } }: SimulatedCells): void {
  assertThat(exercises.of('moved') + exercises.of('listener back') === 0, 'a cell gave up a line that stood');
}

/** Who has left in good order had nothing any more that it would have had to see to. [T-73] */
export function checkNothingLeft({ seen }: SimulatedCells): void {
  const abandoned = [...seen.abandoned].join(', ');
  assertThat(abandoned === '', `${abandoned} belonged to a transmitter that left`);
}

/** Promise 4 when transmitters die: who lives hears everything that was confirmed, or is told how much it missed. */
export function checkHeardOrTold(world: SimulatedCells): void {
  const { alive, heard, missed, events } = world.seen;
  for (const [name, id] of alive) {
    const ids = new Set(heard.get(id)?.map((event) => event.id));
    const unheard = [...events.values()].filter((event) => event.confirmations > 0 && !ids.has(event.id));
    const told = missed.get(id) ?? 0;
    const problem = `${name} did not hear ${unheard.map((event) => event.id).join(', ')}, and was told of ${told}`;
    assertThat(unheard.length <= told, problem);
  }
}

/** Promises 4 and 5: of all that there was to hear, who lives was told precisely how much it did not. [T-64] */
export function checkToldOnce({ seen }: SimulatedCells): void {
  const all = [...seen.events.values()].reduce((sum, event) => sum + 1 + event.handled.size, 0);
  for (const [name, id] of seen.alive) {
    const heard = new Set(seen.heard.get(id)?.map((event) => event.id)).size;
    const told = seen.missed.get(id) ?? 0;
    assertThat(heard + told === all, `${name} heard ${heard} of ${all} events and answers, and was told of ${told}`);
  }
}

/** Promise 5. */
export function checkCapacity(world: SimulatedCells): void {
  for (const { name, capacity } of world.plans)
    assertThat((world.seen.mostInHand.get(name) ?? 0) <= capacity, `${name} had more than ${capacity} tasks`);
}

/** What is asked of every cell ends once for who asked, with the answers of all cells that live. [T-48] */
export function checkGathered(world: SimulatedCells): void {
  const living = new Map(Array.from(world.seen.alive, ([name, id]) => [id, name]));
  for (const { id, senderId, isAsked, gatherings, gathered, refusals } of world.seen.events.values()) {
    if (!isAsked || !living.has(senderId)) continue;
    assertThat(gatherings + refusals === 1, `the wait for all answers to ${id} ended ${gatherings} times`);
    for (const { cell, reason } of gathered?.missing ?? [])
      assertThat(!living.has(cell), `${id} lacks the answer of ${living.get(cell)}, which lives: ${reason}`);
  }
}

/** While nothing fails, each cell that answers is asked once, and its answer comes. [T-48] */
export function checkAskedOnce(world: SimulatedCells): void {
  const expected = world.plans.filter(({ asked }) => asked).map(({ name }) => name);
  for (const { id, isAsked, handled, gathered } of world.seen.events.values()) {
    if (!isAsked) continue;
    const asked = JSON.stringify([...handled].sort());
    assertThat(asked === JSON.stringify(expected.map((name) => [name, 1]).sort()), `${id} was asked of ${asked}`);
    assertThat(gathered?.answers.length === expected.length, `${id} has ${gathered?.answers.length} answers`);
  }
}

/**
 * Events with one key that one cell sent are handled one after the other and in its order. While the same cells live, by
 * the same cell. [T-47]
 */
export function checkKeys(world: SimulatedCells, whileTheSameLive: boolean): void {
  const cellOf = new Map<string, string>();
  const inHand = new Map<string, { readonly id: string; readonly cell: string }>();
  const lastOf = new Map<string, number>();
  const done = new Set<string>();
  for (const one of world.seen.work) {
    if (one.type === 'died') {
      for (const [own, { cell }] of inHand) if (cell === one.cell) inHand.delete(own);
      continue;
    }
    const { type, cell, service, event } = one;
    const { id, key, from, seq = 0 } = event;
    if (key === undefined) continue;
    const shared = `${service} ${key}`;
    const own = `${shared} ${from}`;
    const before = inHand.get(own);
    if (type === 'done') {
      if (before?.id === id) inHand.delete(own);
      done.add(`${service} ${id}`);
      continue;
    }
    if (whileTheSameLive)
      assertThat((cellOf.get(shared) ?? cell) === cell, `${shared} went to ${cellOf.get(shared)}, then to ${cell}`);
    cellOf.set(shared, cell);
    const isFree = before === undefined || before.id === id;
    assertThat(isFree, `${cell} began ${id} of ${own} while ${before?.id} was in hand of ${before?.cell}`);
    assertThat((lastOf.get(own) ?? 0) <= seq, `${cell} began ${seq} of ${own} after ${lastOf.get(own)}`);
    lastOf.set(own, seq);
    // What another cell has done, too, ends when the transmitter hears of that.
    if (!done.has(`${service} ${id}`)) inHand.set(own, { id, cell });
  }
}
