import { seededPrng } from '@syncytium/kit';
import { judge, type Verdict } from './kill-judge.js';
import { recoveryOf, type Recovery } from './kill-recovery.js';
import { LoadedNetwork, members, type Member } from './loaded-network.js';
import { NoteLog } from './note-log.js';

export interface KillRunOptions {
  /** Events that are to be accepted. */
  readonly events: number;
  /** Events between one kill and the next, on the average. */
  readonly eventsPerKill: number;
  readonly seed: number;
}

export interface KillReport extends Verdict {
  readonly kills: readonly Kill[];
}

/** One kill -9, and how long what was under way took to go on. */
export interface Kill extends Recovery {
  readonly victim: Member;
}

/**
 * A network under load in which one process after the other is killed with -9 at random and started again, but no second
 * transmitter before the network is whole and has caught up, since it promises to survive the loss of one.
 */
export async function runKills({ events, eventsPerKill, seed }: KillRunOptions): Promise<KillReport> {
  const prng = seededPrng(seed);
  const log = new NoteLog();
  const network = await LoadedNetwork.start(log);
  const kills: { victim: Member; atMs: number; transmitter: string | undefined }[] = [];
  try {
    while (log.accepted < events) {
      await log.until(log.accepted + 1 + prng.int(2 * eventsPerKill));
      const losable = members.filter((one) => network.canLose(one));
      // Each once, then any.
      const victim = members[kills.length] ?? losable[prng.int(losable.length)] ?? 'worker';
      const atMs = nowMs();
      kills.push({ victim, atMs, transmitter: await network.kill(victim, prng) });
    }
    await network.finish();
  } catch (error) {
    throw new Error(`after ${kills.length} kills: ${await network.describe()}`, { cause: error });
  }
  const verdict = judge(log.notes, log.killed);
  return { ...verdict, kills: kills.map(({ victim, ...kill }) => ({ victim, ...recoveryOf(log, kill) })) };
}

/** On the clock by which cells note things down. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
