import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks per second in /proc; fixed by Linux for programs. */
const ticksPerSecond = 100;

/** What a process has used so far, read from /proc. */
export class ProcessUsage {
  readonly #folder: string;

  constructor({ pid, spawnfile }: ChildProcess) {
    if (pid === undefined) throw new Error(`${spawnfile} did not start`);
    this.#folder = `/proc/${pid}`;
  }

  /** User and system time, in seconds (to 10 ms). */
  cpuSeconds(): number {
    // The name in parentheses may hold spaces; fields are counted behind it.
    const fields = readFileSync(`${this.#folder}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Resident memory, in bytes. */
  rssBytes(): number {
    return this.#statusBytes('VmRSS');
  }

  /** The most it was since the process began, or since {@link forgetPeak}. */
  peakRssBytes(): number {
    return this.#statusBytes('VmHWM');
  }

  forgetPeak(): void {
    writeFileSync(`${this.#folder}/clear_refs`, '5');
  }

  #statusBytes(field: string): number {
    const status = readFileSync(`${this.#folder}/status`, 'utf8');
    const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
    return Number(kib) * 1024;
  }
}
