/**
 * A node of a chain: the place of its two words, the next node and the one before it. 0 is no node. Chains live among
 * other words, so whoever has a row or a list element has its place in the chain, and can take it out without a search.
 */
export type Node = number;

/** Puts a node before the head of a chain; it is the new head. */
export function pushNode(words: Int32Array, head: Node, node: Node): void {
  words[node] = head;
  words[node + 1] = 0;
  if (head !== 0) words[head + 1] = node;
}

/** Takes a node out of its chain. When it was the head, whoever keeps the head has to make it the next node. */
export function dropNode(words: Int32Array, node: Node): void {
  const next = words[node] ?? 0;
  const before = words[node + 1] ?? 0;
  if (before !== 0) words[before] = next;
  if (next !== 0) words[next + 1] = before;
}
