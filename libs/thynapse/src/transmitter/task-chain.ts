import { LinkedSet } from '../collections/linked-set.js';
import type { Task } from './transmitter-state.js';

/**
 * Tasks of one service with the same key are done one after the other, in the order in which they came here. Only who
 * decides about a task has it in a chain. [T-47]
 */
export function enterChain(task: Task): void {
  const { key } = task.accepted.event;
  if (key === undefined) return;
  const { chains } = task.service;
  const chain = chains.get(key) ?? new LinkedSet();
  chains.set(key, chain);
  chain.add(task);
}

/** The one that the task has to wait for; `undefined` when it is its turn. */
export function taskBefore(task: Task): Task | undefined {
  const first = chainOf(task)?.first();
  return first === task ? undefined : first;
}

/** The task waits for nobody any more. Returns the one whose turn it is now, if it was this one's before. */
export function leaveChain(task: Task): Task | undefined {
  const chain = chainOf(task);
  if (!chain?.has(task)) return undefined;
  const wasFirst = chain.first() === task;
  chain.delete(task);
  const { key } = task.accepted.event;
  if (chain.size === 0 && key !== undefined) task.service.chains.delete(key);
  return wasFirst ? chain.first() : undefined;
}

function chainOf({ accepted, service }: Task): LinkedSet<Task> | undefined {
  const { key } = accepted.event;
  return key === undefined ? undefined : service.chains.get(key);
}
