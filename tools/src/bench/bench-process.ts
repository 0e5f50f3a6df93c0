import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Sample } from './entry.js';
import type { MeasureRequest, ProcessMessage } from './process-host.js';
import { ProcessUsage } from './process-usage.js';
import { profileArgs } from './profiles.js';

/** Longest time a process may take to end of its own accord, as one that writes a profile does. */
const stopTimeoutMs = 5000;

/** A script of `processes/` in a process of its own: one that serves, or one that makes the load and measures. */
export class BenchProcess {
  readonly usage: ProcessUsage;
  readonly #child: ChildProcess;
  readonly #script: string;

  private constructor(child: ChildProcess, script: string) {
    this.#child = child;
    this.#script = script;
    this.usage = new ProcessUsage(child);
  }

  /** Starts `processes/SCRIPT.js` with options of its kind; resolves when it is prepared. */
  static async start(script: string, options: object): Promise<BenchProcess> {
    const path = join(import.meta.dirname, 'processes', `${script}.js`);
    const execArgv = [...process.execArgv, ...profileArgs(path)];
    const started = new BenchProcess(fork(path, [JSON.stringify(options)], { execArgv }), script);
    await started.#answer();
    return started;
  }

  /** A round of about so many seconds. */
  async measure(seconds: number): Promise<Sample> {
    this.#child.send({ seconds } satisfies MeasureRequest);
    const { sample } = await this.#answer();
    if (!sample) throw new Error(`${this.#script} measures nothing`);
    return sample;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(timer);
  }

  async #answer(): Promise<ProcessMessage> {
    // Whichever does not come is not listened for any more.
    const settled = new AbortController();
    const { signal } = settled;
    const ended = once(this.#child, 'exit', { signal }).then((): [ProcessMessage] => [{ error: 'it ended' }]);
    try {
      const [answer] = (await Promise.race([once(this.#child, 'message', { signal }), ended])) as [ProcessMessage];
      if (answer.error !== undefined) throw new Error(`${this.#script}: ${answer.error}`);
      return answer;
    } finally {
      settled.abort();
    }
  }
}
