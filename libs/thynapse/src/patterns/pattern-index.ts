import { isReserved } from '../wire/channel.js';
import { parsePattern } from './pattern.js';
import { reservedPrefix } from '../wire/wire.js';

/** One character's step through all patterns at once. */
interface Node<V> {
  readonly next: Map<string, Node<V>>;
  /** Behind a `?`. */
  one: Node<V> | undefined;
  /** Behind a `*`; such a node also stays where it is, whatever comes. */
  many: Node<V> | undefined;
  readonly isMany: boolean;
  /** Of the patterns that end here. */
  readonly values: Set<V>;
}

/**
 * Values by pattern; finds all whose pattern matches a channel. A channel is read once, through a tree in which patterns
 * share their beginnings: the cost grows with the channel's length and the number of `*` that are open at a time, not
 * with the number of patterns.
 */
export class PatternIndex<V> {
  readonly #exact = new Map<string, Set<V>>();
  readonly #root = newNode<V>(false);
  #size = 0;

  /** Number of pairs of pattern and value. */
  get size(): number {
    return this.#size;
  }

  /** Adds a value under a pattern; `false` when it is there already. Throws `bad_pattern`. */
  add(pattern: string, value: V): boolean {
    const values = this.#valuesAt(pattern);
    if (values.has(value)) return false;
    values.add(value);
    this.#size++;
    return true;
  }

  /** `false` when it was not there. */
  delete(pattern: string, value: V): boolean {
    const { text, kind } = parsePattern(pattern);
    const found =
      kind === 'exact' ? this.#deleteExact(text, value) : deleteBelow(this.#root, Array.from(text), 0, value);
    if (found) this.#size--;
    return found;
  }

  /** Every value with a matching pattern, each once. */
  match(channel: string): Set<V> {
    const found = new Set(this.#exact.get(channel));
    // Only what spells the reserved prefix out may match beyond it.
    const [start, rest] = isReserved(channel)
      ? [descend(this.#root, reservedPrefix), channel.slice(reservedPrefix.length)]
      : [this.#root, channel];
    if (start) matchFrom(start, rest, found);
    return found;
  }

  #valuesAt(pattern: string): Set<V> {
    const { text, kind } = parsePattern(pattern);
    if (kind !== 'exact') return makeNode(this.#root, text).values;
    const values = this.#exact.get(text) ?? new Set();
    this.#exact.set(text, values);
    return values;
  }

  #deleteExact(text: string, value: V): boolean {
    const values = this.#exact.get(text);
    if (!values?.delete(value)) return false;
    if (values.size === 0) this.#exact.delete(text);
    return true;
  }
}

function newNode<V>(isMany: boolean): Node<V> {
  return { next: new Map(), one: undefined, many: undefined, isMany, values: new Set() };
}

function makeNode<V>(root: Node<V>, text: string): Node<V> {
  let node = root;
  for (const character of text) {
    if (character === '*') node = node.many ??= newNode(true);
    else if (character === '?') node = node.one ??= newNode(false);
    else {
      const next = node.next.get(character) ?? newNode<V>(false);
      node.next.set(character, next);
      node = next;
    }
  }
  return node;
}

function descend<V>(root: Node<V>, text: string): Node<V> | undefined {
  let node: Node<V> | undefined = root;
  for (const character of text) node = node?.next.get(character);
  return node;
}

/** Takes a value away and, on the way back, every node that nobody needs any more. */
function deleteBelow<V>(node: Node<V>, text: readonly string[], at: number, value: V): boolean {
  const character = text[at];
  if (character === undefined) return node.values.delete(value);
  const child = character === '*' ? node.many : character === '?' ? node.one : node.next.get(character);
  if (!child || !deleteBelow(child, text, at + 1, value)) return false;
  if (child.values.size > 0 || child.next.size > 0 || child.one || child.many) return true;
  if (character === '*') node.many = undefined;
  else if (character === '?') node.one = undefined;
  else node.next.delete(character);
  return true;
}

/** Follows all patterns at once, character by character: `open` holds every node that the channel can have led to. */
function matchFrom<V>(start: Node<V>, channel: string, found: Set<V>): void {
  let open = new Set<Node<V>>();
  enter(start, open, found);
  for (const character of channel) {
    const reached = new Set<Node<V>>();
    for (const node of open) {
      if (node.isMany) reached.add(node);
      const next = node.next.get(character);
      if (next) enter(next, reached, found);
      if (node.one) enter(node.one, reached, found);
    }
    open = reached;
    if (open.size === 0) return;
  }
  for (const node of open) for (const value of node.values) found.add(value);
}

/** Reaching a node also reaches what is behind its `*`, since that may stand for nothing. */
function enter<V>(node: Node<V>, open: Set<Node<V>>, found: Set<V>): void {
  if (open.has(node)) return;
  open.add(node);
  const { many } = node;
  if (!many) return;
  // Behind a `*` at the end of a pattern everything matches: no need to follow it any further.
  for (const value of many.values) found.add(value);
  if (many.next.size > 0 || many.one) enter(many, open, found);
}
