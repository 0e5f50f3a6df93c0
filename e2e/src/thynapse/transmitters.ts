import type { Topology } from '@syncytium/thynapse';
import { runProgram, type RunningProgram } from '../run-program.js';

/** A transmitter in a process of its own, and its addresses. */
export interface Transmitter {
  readonly id: string;
  readonly program: RunningProgram;
  readonly command: string;
  readonly event: string;
  readonly http: string;
}

export interface TransmitterPlace {
  /** Further flags. */
  readonly flags?: readonly string[];
  /** Event sockets of others to join. */
  readonly peers?: readonly string[];
  /** Another one, that has ended, whose ports this one takes; any ports unless told. */
  readonly former?: Transmitter | undefined;
}

/** Starts one; resolves when it is ready. */
export async function startTransmitter({
  flags = [],
  peers = [],
  former,
}: TransmitterPlace = {}): Promise<Transmitter> {
  const [command, event, http] = former
    ? [portOf(former.command), portOf(former.event), portOf(former.http)]
    : ['0', '0', '0'];
  const join = peers.length > 0 ? ['--peer', peers.join(',')] : [];
  const ports = [command, '--event-port', event, '--http', `:${http}`];
  const program = runProgram('thynapse', ['transmitter', ...ports, ...join, ...flags]);
  const [bound = '', published = '', url = ''] = await program.ready();
  const { id } = (await topologyOf({ http: url })).transmitter;
  return { id, program, command: bound, event: published, http: url };
}

/** Whom each of so many is told to join, by their numbers. */
export const shapes = {
  /** Each the one before it. */
  list: (at: number): number[] => (at > 0 ? [at - 1] : []),
  /** The last one also the first. */
  ring: (at: number, count: number): number[] => [...shapes.list(at), ...(at > 1 && at === count - 1 ? [0] : [])],
  /** All before it. */
  mesh: (at: number): number[] => Array.from({ length: at }, (_, i) => i),
};

export interface NetworkShape {
  readonly shape?: keyof typeof shapes;
  readonly flags?: readonly string[];
}

/** Starts so many, one after the other; resolves when all reach each other. */
export async function startTransmitters(
  count: number,
  { shape = 'list', flags = [] }: NetworkShape = {},
): Promise<Transmitter[]> {
  const started: Transmitter[] = [];
  for (let at = 0; at < count; at++) {
    const peers = shapes[shape](at, count).flatMap((other) => started[other]?.event ?? []);
    started.push(await startTransmitter({ flags, peers }));
  }
  await untilWhole(started);
  return started;
}

/** Nothing that finds together takes longer. */
const stuckMs = 30_000;

/** Resolves when each reaches all others, and those are all that it reaches. */
export async function untilWhole(transmitters: readonly Transmitter[]): Promise<void> {
  const endMs = performance.now() + stuckMs;
  for (const one of transmitters)
    while (reachableFrom(await topologyOf(one)).length !== transmitters.length - 1)
      if (performance.now() > endMs) throw new Error(`the network was not whole within ${stuckMs} ms`);
}

function reachableFrom({ transmitters }: Topology) {
  return transmitters.filter(({ isReachable }) => isReachable);
}

export async function topologyOf({ http }: Pick<Transmitter, 'http'>): Promise<Topology> {
  return (await (await fetch(`${http}/topology`)).json()) as Topology;
}

/** A number of `/metrics`. */
export async function metricOf({ http }: Pick<Transmitter, 'http'>, name: string): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

export function portOf(address: string): string {
  return new URL(address).port;
}
