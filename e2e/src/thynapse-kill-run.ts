import { join } from 'node:path';
import { seededPrng, type Prng } from '@syncytium/kit';
import type { Topology } from '@syncytium/thynapse';
import { root, runNode, runProgram, type RunningProgram } from './run-program.js';
import { judge, type Verdict } from './thynapse-kill-judge.js';
import { recoveryOf, type Recovery } from './thynapse-kill-recovery.js';
import { NoteLog, stuckMs } from './thynapse-note-log.js';

/** What is killed. */
export const victims = ['transmitter', 'worker', 'sender'] as const;
export type Victim = (typeof victims)[number];

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
  readonly victim: Victim;
}

const transmitterCount = 3;
const workerCount = 9;
const senderCount = 3;

/**
 * Transmitters in a list, workers and senders, each in a process of its own, under constant load, while one after the
 * other is killed with -9 at random and started again: a transmitter at its old address, and no second one before the
 * network is whole and has caught up, since it promises to survive the loss of one.
 */
export async function runKills({ events, eventsPerKill, seed }: KillRunOptions): Promise<KillReport> {
  const prng = seededPrng(seed);
  const log = new NoteLog();
  const network = await Network.start(log);
  const kills: { victim: Victim; atMs: number; transmitter: string | undefined }[] = [];
  try {
    while (log.accepted < events) {
      await log.until(log.accepted + 1 + prng.int(2 * eventsPerKill));
      const losable = victims.filter((one) => network.canLose(one));
      // Each once, then any.
      const victim = victims[kills.length] ?? losable[prng.int(losable.length)] ?? 'worker';
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

interface Transmitter {
  readonly id: string;
  readonly program: RunningProgram;
  readonly command: string;
  readonly event: string;
  readonly http: string;
}

interface CellProcess {
  readonly name: string;
  readonly program: RunningProgram;
}

class Network {
  readonly #log: NoteLog;
  readonly #transmitters: Transmitter[];
  readonly #cells: Record<'worker' | 'sender', CellProcess[]> = { worker: [], sender: [] };
  readonly #restarts: Promise<void>[] = [];
  #started = 0;
  #isWhole = false;

  static async start(log: NoteLog): Promise<Network> {
    const first = await startTransmitter([]);
    const second = await startTransmitter([first.event]);
    const network = new Network(log, [first, second, await startTransmitter([second.event])]);
    await network.#becomeWhole();
    await Promise.all(Array.from({ length: workerCount }, (_, i) => network.#startCell('worker', i)));
    await Promise.all(Array.from({ length: senderCount }, (_, i) => network.#startCell('sender', i)));
    return network;
  }

  private constructor(log: NoteLog, transmitters: Transmitter[]) {
    this.#log = log;
    this.#transmitters = transmitters;
  }

  /** One transmitter at a time, and always some cells to compare with. */
  canLose(victim: Victim): boolean {
    return victim === 'transmitter' ? this.#isWhole : this.#cells[victim].length > 1;
  }

  /** Any one of the kind; another one takes its place. Resolves with the id of a transmitter. */
  async kill(victim: Victim, prng: Prng): Promise<string | undefined> {
    const i = prng.int(victim === 'transmitter' ? transmitterCount : this.#cells[victim].length);
    if (victim === 'transmitter') {
      const former = this.#transmitters[i];
      await former?.program.exit('SIGKILL');
      this.#isWhole = false;
      this.#restart(this.#restartTransmitter(i));
      return former?.id;
    }
    const [cell] = this.#cells[victim].splice(i, 1);
    if (!cell) return undefined;
    this.#log.killed.add(cell.name);
    await cell.program.exit('SIGKILL');
    this.#restart(this.#startCell(victim, i));
    return undefined;
  }

  /** Senders take what they still wait for and end; then all that was accepted has to be handled. */
  async finish(): Promise<void> {
    await Promise.all(this.#restarts);
    const codes = await Promise.all(this.#cells.sender.map(({ program }) => program.exit('SIGTERM')));
    await this.#log.settled();
    const others = [...this.#cells.worker, ...this.#transmitters];
    const crashed = others.filter(({ program: { process } }) => process.exitCode !== null);
    if (codes.every((code) => code === 0) && crashed.length === 0) return;
    const stderr = [...this.#cells.sender, ...crashed].flatMap(({ program }) => program.stderr.slice(-5));
    throw new Error(`a process ended that nobody killed: ${stderr.join('\n')}`);
  }

  /** What transmitters and cells say of themselves, for whoever has to find a fault. */
  async describe(): Promise<string> {
    const said = this.#transmitters.map(async ({ program, http }) => {
      const ask = async (path: string): Promise<unknown> => (await fetch(http + path)).json();
      const answers = await Promise.all(['/topology', '/waits'].map((path) => ask(path).catch(String)));
      return [...answers.map((answer) => JSON.stringify(answer)), ...program.stderr.slice(-5)];
    });
    const cells = Object.values(this.#cells).flat();
    const complaints = cells.flatMap(({ name, program }) => program.stderr.slice(-3).map((line) => `${name}: ${line}`));
    return [...(await Promise.all(said)).flat(), ...complaints].join('\n');
  }

  /** What goes wrong is told by {@link finish}. */
  #restart(restart: Promise<void>): void {
    this.#restarts.push(restart);
    restart.catch(() => undefined);
  }

  async #restartTransmitter(i: number): Promise<void> {
    const former = this.#transmitters[i];
    const others = this.#transmitters.filter((one) => one !== former).map(({ event }) => event);
    this.#transmitters[i] = await startTransmitter(others, former);
    await this.#becomeWhole();
  }

  /** Resolves when every transmitter reaches all others, and what had been accepted until then is handled. */
  async #becomeWhole(): Promise<void> {
    const isWhole = ({ transmitters }: Topology): boolean =>
      transmitters.filter(({ isReachable }) => isReachable).length === transmitterCount - 1;
    const endMs = nowMs() + stuckMs;
    for (const { http } of this.#transmitters)
      while (!isWhole(await topologyOf(http)))
        if (nowMs() > endMs) throw new Error(`the network was not whole again within ${stuckMs} ms`);
    await this.#log.settled();
    this.#isWhole = true;
  }

  async #startCell(kind: 'worker' | 'sender', place: number): Promise<void> {
    const name = `${kind}-${++this.#started}`;
    const { command = '' } = this.#transmitters[place % transmitterCount] ?? {};
    const program = runNode([join(root, `e2e/peers/thynapse-${kind}.mjs`), command]);
    this.#log.follow(name, program);
    await program.line('stdout', / up$/);
    this.#cells[kind].push({ name, program });
  }
}

/** At any ports, or in the place of another one. */
async function startTransmitter(peers: readonly string[], former?: Transmitter): Promise<Transmitter> {
  const [command, event, http] = former
    ? [portOf(former.command), portOf(former.event), portOf(former.http)]
    : ['0', '0', '0'];
  const join = peers.length > 0 ? ['--peer', peers.join(',')] : [];
  const flags = ['--event-port', event, '--http', `:${http}`, ...join];
  const program = runProgram('thynapse', ['transmitter', command, ...flags, '--heartbeat', '1s']);
  const [bound = '', published = '', url = ''] = await program.ready();
  const { id } = (await topologyOf(url)).transmitter;
  return { id, program, command: bound, event: published, http: url };
}

function portOf(address: string): string {
  return new URL(address).port;
}

async function topologyOf(http: string): Promise<Topology> {
  const response = await fetch(`${http}/topology`);
  return (await response.json()) as Topology;
}
