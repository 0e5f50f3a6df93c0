import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file that Node writes with `--cpu-prof`, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  /** Which node was at work at each look. */
  readonly samples: readonly number[];
  /** Microseconds from one look to the next. */
  readonly timeDeltas: readonly number[];
}

let folder: string | undefined;
let count = 0;

/** From now on every process of a benchmark writes a profile when it ends, into a folder of its own in this one, which is emptied. */
export function startProfiles(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  folder = path;
  count = 0;
}

export function isProfiled(): boolean {
  return folder !== undefined;
}

/** Arguments of Node for a process that runs this script. */
export function profileArgs(script: string): readonly string[] {
  if (folder === undefined) return [];
  const own = join(folder, `${++count}-${basename(script, '.js')}`);
  mkdirSync(own, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${own}`];
}

/** The profiles of all processes, with the names of their folders. A process has one for each of its threads. */
export function readProfiles(path: string): readonly { readonly name: string; readonly profile: CpuProfile }[] {
  const processes = readdirSync(path).sort((a, b) => parseInt(a) - parseInt(b));
  return processes.flatMap((name) =>
    readdirSync(join(path, name)).map((file, thread) => ({
      name: thread === 0 ? name : `${name}-thread-${thread}`,
      profile: JSON.parse(readFileSync(join(path, name, file), 'utf8')) as CpuProfile,
    })),
  );
}
