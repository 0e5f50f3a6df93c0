import { encodeFrame, isThid } from '@syncytium/codec';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { TransmitterState } from '../transmitter/transmitter-state.js';
import { heartbeatsUntilLost, peerPrefix } from '../wire/wire.js';
import { networkCommands, type LinkPayload } from './network-frames.js';
import type { Member, NetworkState } from './network-state.js';
import { newOrigin } from './new-network.js';
import { spanningTree } from './spanning-tree.js';

type Outputs = TransmitterOutput[];

/** Most other transmitters that one knows. */
const membersMax = 256;

/** A broken line that is not made anew within this part of a heartbeat means the same. */
const brokenPart = 4;

/** Members that cannot be reached are remembered for so many heartbeats. */
const heartbeatsUntilForgotten = 30;

/** What follows from a change in who can be reached. */
export interface Reached {
  readonly come: readonly Member[];
  readonly gone: readonly Member[];
}

/** Listens to a transmitter's event socket, which introduces this one to it. [T-11] */
export function linkTo({ network, options }: TransmitterState, address: string, outputs: Outputs): void {
  if (network.linked.has(address) || address === options.pub || network.linked.size >= membersMax) return;
  network.linked.add(address);
  outputs.push({ type: 'link', address });
}

/** Who a subscription introduces: `thynapse::peer::<id>::<address of its event socket>`. */
export function introducedBy(topic: string): { readonly id: string; readonly pub: string } | undefined {
  if (!topic.startsWith(peerPrefix)) return undefined;
  const [id = '', ...address] = topic.slice(peerPrefix.length).split('::');
  return isThid(id) ? { id, pub: address.join('::') } : undefined;
}

/** A transmitter listens to this one: it is told of everybody, and listened to. [T-11] */
export function meet(state: TransmitterState, { id, pub }: { id: string; pub: string }, now: number, outputs: Outputs) {
  const { network } = state;
  if (id === state.options.id || network.introduced.size >= membersMax) return;
  network.introduced.set(id, pub);
  hear(state, id, now, outputs, false);
  linkTo(state, pub, outputs);
  greet(state, id, outputs);
}

/** A line is lost; if it does not come back soon, so is who was at its other end. [T-13] */
export function miss({ network }: TransmitterState, id: string, now: number): void {
  network.introduced.delete(id);
  const neighbour = network.neighbours.get(id);
  if (neighbour) neighbour.brokenMs ??= now;
}

/** A sign of life from a neighbour; `true` when it is a new one. */
export function hear(state: TransmitterState, id: string, now: number, outputs: Outputs, isWord = true): boolean {
  const { neighbours } = state.network;
  const known = neighbours.get(id);
  if (known) {
    known.heardMs = now;
    known.brokenMs = undefined;
    return false;
  }
  if (!isWord || neighbours.size >= membersMax) return false;
  neighbours.set(id, { id, heardMs: now, brokenMs: undefined });
  greet(state, id, outputs);
  return true;
}

/** What a transmitter says of itself, or what others pass on. `true` when it changes who can be reached. [T-12] */
export function receiveLink(
  state: TransmitterState,
  from: string,
  link: LinkPayload,
  bytes: Uint8Array,
  outputs: Outputs,
): boolean {
  const { network } = state;
  const { id, pub, command, version } = link;
  const known = network.members.get(id);
  if (id === state.options.id || version <= (known?.version ?? network.forgotten.get(id) ?? 0)) return false;
  if (!known && network.members.size >= membersMax) return false;
  const neighbours = new Set(link.neighbours);
  const have = new Map(Object.entries(link.have));
  const { base: bases } = link;
  const base = bases[state.options.id];
  // What it has not been told entry by entry it has no copies of.
  if (base !== undefined && base !== known?.bases[state.options.id]) copyAnew(state);
  const isChanged = !known || !sameItems(known.neighbours, neighbours);
  if (known) Object.assign(known, { pub, command, version, neighbours, have, said: link.have, bases });
  else {
    const said = link.have;
    network.members.set(id, {
      id,
      pub,
      command,
      version,
      neighbours,
      have,
      said,
      bases,
      isReachable: false,
      goneMs: 0,
    });
    if (!network.origins.has(id)) network.origins.set(id, newOrigin(id, state.options.entriesKept));
    network.forgotten.delete(id);
    linkTo(state, pub, outputs);
  }
  for (const to of network.neighbours.keys())
    if (to !== from && to !== id) outputs.push({ type: 'peer', to, frame: bytes });
  network.linkFrames.set(id, bytes);
  return isChanged;
}

/** A neighbour leaves on purpose. */
export function dismiss({ network }: TransmitterState, id: string): void {
  network.neighbours.delete(id);
  network.introduced.delete(id);
  const member = network.members.get(id);
  if (member) member.neighbours = new Set();
  network.mustSay = true;
}

/** Neighbours that are silent for too long are none; `true` when there were such. [T-13] */
export function dropSilent({ network, options }: TransmitterState, now: number): boolean {
  const { heartbeatMs } = options;
  let isChanged = false;
  for (const { id, heardMs, brokenMs } of network.neighbours.values()) {
    const isSilent = now - heardMs >= heartbeatsUntilLost * heartbeatMs;
    const isBroken = brokenMs !== undefined && now - brokenMs >= heartbeatMs / brokenPart;
    if (!isSilent && !isBroken) continue;
    network.neighbours.delete(id);
    network.introduced.delete(id);
    network.mustSay = true;
    isChanged = true;
  }
  return isChanged;
}

/** Finds out who can be reached, and by which trees. [T-14] [T-15] */
export function reach({ network, options }: TransmitterState, now: number): Reached {
  const { members, neighbours } = network;
  const graph = new Map<string, ReadonlySet<string>>([[options.id, new Set(neighbours.keys())]]);
  for (const member of members.values()) graph.set(member.id, member.neighbours);
  const reachable = spanningTree(graph, options.id);
  const come: Member[] = [];
  const gone: Member[] = [];
  for (const member of members.values()) {
    const isReachable = reachable.has(member.id);
    if (isReachable === member.isReachable) continue;
    member.isReachable = isReachable;
    if (isReachable) come.push(member);
    else {
      member.goneMs = now;
      gone.push(member);
    }
  }
  const roots = [...reachable.keys()];
  network.children = new Map(roots.map((root) => [root, spanningTree(graph, root).get(options.id) ?? []]));
  return { come, gone };
}

/** Members that are gone for long are forgotten, with all that they said. [T-16] */
export function forgetGone({ network, options }: TransmitterState, now: number, outputs: Outputs): void {
  for (const member of network.members.values()) {
    const { id, pub, version, isReachable, goneMs } = member;
    if (isReachable || now - goneMs < heartbeatsUntilForgotten * options.heartbeatMs) continue;
    network.members.delete(id);
    network.origins.delete(id);
    outputs.push({ type: 'forgotten', id });
    network.linkFrames.delete(id);
    network.forgotten.set(id, version);
    if (network.forgotten.size > membersMax)
      for (const first of network.forgotten.keys()) {
        network.forgotten.delete(first);
        break;
      }
    if (isAnswered(network, pub) || !network.linked.delete(pub)) continue;
    outputs.push({ type: 'unlink', address: pub });
  }
}

/** Whether an address is to be listened to: by order, or since somebody else is there by now. */
function isAnswered({ kept, members, introduced }: NetworkState, address: string): boolean {
  if (kept.has(address)) return true;
  return [...introduced.values(), ...Array.from(members.values(), ({ pub }) => pub)].includes(address);
}

/** Tells all neighbours about this transmitter: when something changed, and with every heartbeat. [T-12] */
export function saySelf({ network, options }: TransmitterState, now: number, outputs: Outputs): void {
  network.mustSay = false;
  network.saidMs = now;
  const { id, pub, command } = options;
  const have: Record<string, number> = {};
  const base: Record<string, number> = {};
  for (const origin of network.origins.values()) {
    if (origin.have !== undefined) have[origin.id] = origin.have;
    if (origin.base !== undefined) base[origin.id] = origin.base;
  }
  const payload: LinkPayload = {
    id,
    pub,
    command,
    version: ++network.version,
    neighbours: [...network.neighbours.keys()],
    have,
    base,
  };
  const frame = encodeFrame('M', networkCommands.link, payload);
  for (const to of new Set([...network.neighbours.keys(), ...network.introduced.keys()]))
    outputs.push({ type: 'peer', to, frame });
}

/** Copies of all that is open and own are to be made. [T-53] */
export function copyAnew({ network, options }: TransmitterState): void {
  network.uncopied = [...(network.ownedBy.get(options.id) ?? [])];
}

/** Whoever is new hears of everybody at once. */
function greet({ network }: TransmitterState, to: string, outputs: Outputs): void {
  network.mustSay = true;
  for (const [id, frame] of network.linkFrames) if (id !== to) outputs.push({ type: 'peer', to, frame });
}

function sameItems(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}
