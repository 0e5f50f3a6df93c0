import type { AcceptedEvent, TransmitterState } from '../transmitter/transmitter-state.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import { LinkedList } from '../collections/linked-list.js';
import { enterChain } from '../transmitter/task-chain.js';
import { showTask } from '../transmitter/transmitter-events.js';
import { passTurn, placeTask, unqueue } from '../transmitter/transmitter-tasks.js';
import { append } from './disseminate.js';
import { eventEntry } from './event-entry.js';
import type { Member, NetworkState } from './network-state.js';
import { scoreOf } from './rendezvous.js';

type Outputs = TransmitterOutput[];

/** Copies for newcomers that are made at a time. */
const copiesAtOnce = 1000;

/** From now on this transmitter, known or not, decides what becomes of the event. */
export function setOwner({ network }: TransmitterState, accepted: AcceptedEvent, owner: string): void {
  disown(accepted);
  accepted.owner = owner;
  accepted.toldAt = Infinity;
  let owned = network.ownedBy.get(owner);
  if (!owned) network.ownedBy.set(owner, (owned = new LinkedList()));
  accepted.owned = owned.add(accepted);
}

/** Nobody decides about the event any more, which is over. */
export function disown(accepted: AcceptedEvent): void {
  accepted.owned?.list?.delete(accepted.owned);
  accepted.owned = undefined;
}

/**
 * Two say that the event is theirs, as may be after a partition. Everybody decides alike: who cannot be reached yields, and
 * of two that can be the one with the larger id. [T-52]
 */
export function settleOwner(
  state: TransmitterState,
  accepted: AcceptedEvent,
  claimant: string,
  outputs: Outputs,
): void {
  const { owner } = accepted;
  const { id: own } = state.options;
  if (claimant === owner || claimant === own) return;
  const isThere = owner === own || state.network.members.get(owner)?.isReachable === true;
  if (isThere && owner < claimant) return;
  if (owner !== own) {
    setOwner(state, accepted, claimant);
    return;
  }
  yieldTo(state, accepted, claimant, outputs);
  for (const task of accepted.openTasks) passTurn(state, task, outputs);
}

/** Another transmitter decides about an own event from now on. */
export function yieldTo(state: TransmitterState, accepted: AcceptedEvent, heir: string, outputs: Outputs): void {
  setOwner(state, accepted, heir);
  for (const task of accepted.openTasks) {
    unqueue(task);
    state.resting.delete(task);
    if (task.isShown) outputs.push({ type: 'closed', task, outcome: 'done' });
    task.isShown = false;
  }
}

/** Its owner leaves, and says who has the event then. [T-71] */
export function inherit(
  state: TransmitterState,
  accepted: AcceptedEvent,
  { from, heir }: { readonly from: string; readonly heir: string },
  outputs: Outputs,
): void {
  if (accepted.owner !== from) return;
  if (heir === state.options.id) takeOver(state, accepted, outputs);
  else setOwner(state, accepted, heir);
}

/**
 * Events of a transmitter that is lost are taken over: at once by the member that an event belongs to, of those that can
 * have a copy, and by the next one each heartbeat later, since who is first may have none for all that. [T-51]
 */
export function takeOrphans(state: TransmitterState, now: number, outputs: Outputs): void {
  const { ownedBy, members } = state.network;
  const { id: own, heartbeatMs } = state.options;
  for (const [owner, events] of ownedBy) {
    const member = members.get(owner);
    if (owner === own || member?.isReachable) continue;
    if (events.size === 0) ownedBy.delete(owner);
    const goneMs = member ? now - member.goneMs : Infinity;
    const living = [...members.values()].filter(({ isReachable }) => isReachable);
    // What has the same key goes to the same one, which has copies of all of it, and stays in its order.
    const toldAt = new Map<string, number>();
    for (const accepted of events) {
      const key = heirKey(accepted);
      toldAt.set(key, Math.min(accepted.toldAt, toldAt.get(key) ?? Infinity));
    }
    for (const accepted of [...events]) {
      const key = heirKey(accepted);
      const score = scoreOf(key, own);
      const mayHave = ({ bases }: Member): boolean => (bases[owner] ?? Infinity) < (toldAt.get(key) ?? Infinity);
      const rank = living.filter((member) => scoreOf(key, member.id) > score && mayHave(member)).length;
      if (goneMs >= rank * heartbeatMs) takeOver(state, accepted, outputs);
    }
  }
}

/** Which member an event belongs to when its owner is lost, or leaves. */
export function heirKey({ event: { id, key = id } }: AcceptedEvent): string {
  return key;
}

/** This transmitter decides about the event from now on, and tells everybody. [T-51] */
export function takeOver(state: TransmitterState, accepted: AcceptedEvent, outputs: Outputs): void {
  const { id: own } = state.options;
  state.counts.takeovers++;
  setOwner(state, accepted, own);
  append(state, eventEntry(accepted, { own, copy: true }));
  for (const task of [...accepted.openTasks]) {
    enterChain(task);
    showTask(task, outputs);
    if (!task.cell) placeTask(state, task, outputs);
  }
}

/** Newcomers, and those who come back, get copies of what is open. [T-53] */
export function copyOpen(state: TransmitterState): void {
  const { network, options } = state;
  for (const accepted of network.uncopied.splice(0, copiesAtOnce))
    if (accepted.owner === options.id && accepted.openTasks.length > 0)
      append(state, eventEntry(accepted, { own: options.id, copy: true }));
}

/**
 * After a base, some ends may have been missed: who decides about a task is asked whether it is open. An heir that has not
 * heard of it yet would say that it is over, and is asked a heartbeat later. [T-46]
 */
export function audit(state: TransmitterState, now: number): void {
  const { network, options } = state;
  const due = network.audits.filter((atMs) => atMs <= now);
  if (due.length === 0) return;
  network.audits = network.audits.filter((atMs) => atMs > now);
  const behind = new Set([...network.members.keys()].filter((id) => isBehind(network, id)));
  let isAllAsked = true;
  for (const { event, owner, openTasks, toldAt } of state.open.values()) {
    if (owner === options.id) continue;
    // Who was made its heir has not said that it is its own.
    if (toldAt === Infinity && behind.has(owner)) isAllAsked = false;
    else
      append(state, {
        type: 'ask',
        id: event.id,
        owner,
        services: Array.from(openTasks, ({ service }) => service.name),
      });
  }
  if (!isAllAsked) network.audits.push(now + options.heartbeatMs);
}

/** Whether a member has not said yet that it has all that is known here of those who leave. */
function isBehind({ members, origins }: NetworkState, id: string): boolean {
  for (const { id: leaving, isPaused, have = -1 } of origins.values())
    if (isPaused && leaving !== id && (members.get(id)?.said[leaving] ?? -1) < have) return true;
  return false;
}
