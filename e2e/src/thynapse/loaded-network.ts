import { join } from 'node:path';
import type { Prng, WaitView } from '@syncytium/kit';
import { root, runNode, type RunningProgram } from '../run-program.js';
import type { NoteLog } from './note-log.js';
import { startTransmitter, startTransmitters, untilWhole, type Transmitter } from './transmitters.js';

/** What may end, and is started again. */
export const members = ['transmitter', 'worker', 'sender'] as const;
export type Member = (typeof members)[number];
type CellKind = Exclude<Member, 'transmitter'>;

interface CellProcess {
  readonly name: string;
  readonly program: RunningProgram;
}

const transmitterCount = 3;
const cellCounts: Readonly<Record<CellKind, number>> = { worker: 9, sender: 3 };

const flags = ['--heartbeat', '1s'];

/**
 * Transmitters in a list, workers and senders, each in a process of its own, under constant load. Any of them can be
 * killed, or told to end and replaced.
 */
export class LoadedNetwork {
  readonly #log: NoteLog;
  readonly #transmitters: Transmitter[];
  readonly #cells: Record<CellKind, CellProcess[]> = { worker: [], sender: [] };
  readonly #restarts: Promise<void>[] = [];
  #started = 0;
  #isWhole = true;

  static async start(log: NoteLog): Promise<LoadedNetwork> {
    const network = new LoadedNetwork(log, await startTransmitters(transmitterCount, { flags }));
    for (const kind of ['worker', 'sender'] as const)
      await Promise.all(Array.from({ length: cellCounts[kind] }, (_, i) => network.#startCell(kind, i)));
    return network;
  }

  private constructor(log: NoteLog, transmitters: Transmitter[]) {
    this.#log = log;
    this.#transmitters = transmitters;
  }

  countOf(kind: Member): number {
    return (kind === 'transmitter' ? this.#transmitters : this.#cells[kind]).length;
  }

  /** One transmitter at a time, and always some cells to compare with. */
  canLose(kind: Member): boolean {
    return kind === 'transmitter' ? this.#isWhole : this.#cells[kind].length > 1;
  }

  /** Kill -9 of any one of the kind; another one takes its place, a transmitter at its old address. Resolves with the id of a transmitter. */
  async kill(kind: Member, prng: Prng): Promise<string | undefined> {
    const i = prng.int(this.countOf(kind));
    if (kind === 'transmitter') {
      const former = this.#transmitters[i];
      await former?.program.exit('SIGKILL');
      this.#isWhole = false;
      this.#restart(this.#restartTransmitter(i));
      return former?.id;
    }
    const [cell] = this.#cells[kind].splice(i, 1);
    if (!cell) return undefined;
    this.#log.killed.add(cell.name);
    await cell.program.exit('SIGKILL');
    this.#restart(this.#startCell(kind, i));
    return undefined;
  }

  /** Tells the oldest of the kind to end, and starts another one when it has; resolves when that has found its place. */
  async replaceOldest(kind: Member): Promise<void> {
    const oldest = kind === 'transmitter' ? this.#transmitters[0] : this.#cells[kind].shift();
    const code = await oldest?.program.exit('SIGTERM');
    if (code !== 0) throw new Error(`a ${kind} ended with ${code}: ${oldest?.program.stderr.slice(-5).join('\n')}`);
    if (kind !== 'transmitter') return this.#startCell(kind, this.#started);
    await this.#restartTransmitter(0);
    this.#transmitters.push(...this.#transmitters.splice(0, 1));
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
    const said = this.#transmitters.map(async (one) => [
      `transmitter ${one.id}, waits:`,
      ...(await longWaitsOf(one).catch((error: unknown) => [String(error)])),
      ...one.program.stderr.slice(-5),
    ]);
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
    const peers = this.#transmitters.filter((one) => one !== former).map(({ event }) => event);
    this.#transmitters[i] = await startTransmitter({ flags, peers, former });
    await this.#becomeWhole();
  }

  /** Resolves when every transmitter reaches all others, and what had been accepted until then is handled. */
  async #becomeWhole(): Promise<void> {
    await untilWhole(this.#transmitters);
    await this.#log.settled();
    this.#isWhole = true;
  }

  async #startCell(kind: CellKind, place: number): Promise<void> {
    const name = `${kind}-${++this.#started}`;
    const { command = '' } = this.#transmitters[place % transmitterCount] ?? {};
    const program = runNode([join(root, `e2e/peers/thynapse-${kind}.mjs`), command]);
    this.#log.follow(name, program);
    await program.line('stdout', / up$/);
    this.#cells[kind].push({ name, program });
  }
}

/** Longer than anything takes while nothing goes wrong. */
const longMs = 1000;

async function longWaitsOf({ http }: Transmitter): Promise<string[]> {
  const { waits } = (await (await fetch(`${http}/waits`)).json()) as { readonly waits: readonly WaitView[] };
  return waits.filter(({ waitedMs }) => waitedMs > longMs).map((wait) => JSON.stringify(wait));
}
