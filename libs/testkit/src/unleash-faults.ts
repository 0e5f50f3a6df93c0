import type { Clock, Prng } from '@syncytium/kit';
import type { PartitionOptions, SimulatedNetwork } from './simulated-network.js';

/** A shortest and a longest time, in milliseconds. */
export type RangeMs = readonly [number, number];

export interface FaultPlan {
  readonly clock: Clock;
  readonly prng: Prng;
  /** How long faults happen, in milliseconds from now; then everything is healed and restarted. */
  readonly forMs: number;
  /** Crashes of one of `nodes` at a time. */
  readonly crashes?: { readonly nodes: readonly string[]; readonly everyMs: RangeMs; readonly downMs: RangeMs };
  /** Partitions of `nodes` into two random groups. */
  readonly partitions?: PartitionOptions & {
    readonly nodes: readonly string[];
    readonly everyMs: RangeMs;
    readonly lastingMs: RangeMs;
  };
}

/**
 * Lets nodes crash and links part at random times. When the time is over the network is whole again and every node
 * runs, so that a test can go on to check that everything promised still comes.
 */
export function unleashFaults<P>(network: SimulatedNetwork<P>, plan: FaultPlan): void {
  const { clock, prng, forMs, crashes, partitions } = plan;
  const endMs = clock.now() + forMs;
  const within = ([shortest, longest]: RangeMs): number => shortest + prng.float() * (longest - shortest);
  /** Calls `fault` now and then until the time is over. */
  const repeat = (everyMs: RangeMs, fault: () => void): void => {
    const delayMs = within(everyMs);
    if (clock.now() + delayMs >= endMs) return;
    clock.setTimer(delayMs, () => {
      fault();
      repeat(everyMs, fault);
    });
  };
  if (crashes) {
    repeat(crashes.everyMs, () => {
      const name = crashes.nodes[prng.int(crashes.nodes.length)];
      if (name === undefined || !network.isUp(name)) return;
      network.crash(name);
      clock.setTimer(Math.min(within(crashes.downMs), endMs - clock.now()), () => network.restart(name));
    });
  }
  if (partitions) {
    repeat(partitions.everyMs, () => {
      const one = partitions.nodes.filter(() => prng.int(2) === 0);
      const other = partitions.nodes.filter((name) => !one.includes(name));
      network.partition([one, other], partitions);
      clock.setTimer(Math.min(within(partitions.lastingMs), endMs - clock.now()), () => network.heal());
    });
  }
  clock.setTimer(forMs, () => {
    network.heal();
    for (const name of network.nodes) network.restart(name);
  });
}
