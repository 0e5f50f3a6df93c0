import type { Clock } from '@syncytium/kit';
import { formatProgress, type Progress } from './progress.js';

export interface ProgressLineOptions {
  /** Where to; a terminal's line is written again and again, elsewhere each is a line of its own, and there are fewer. */
  readonly stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly clock: Clock;
}

const terminalMs = 100;
const plainMs = 5000;
const clearLine = '\r\x1b[K';

/** Shows progress without getting in the way of other lines on the same stream. */
export class ProgressLine {
  readonly #options: ProgressLineOptions;
  #shownAt: number;

  constructor(options: ProgressLineOptions) {
    this.#options = options;
    this.#shownAt = options.clock.now();
  }

  /** Shows progress if that was not done just now. */
  show(progress: Progress): void {
    const { stream, clock } = this.#options;
    const now = clock.now();
    if (now - this.#shownAt < (stream.isTTY ? terminalMs : plainMs)) return;
    this.#shownAt = now;
    const line = formatProgress(progress, (stream.columns ?? Infinity) - 1);
    stream.write(stream.isTTY ? `${clearLine}${line}` : `${line}\n`);
  }

  /** Writes a line that stays. */
  note(line: string): void {
    this.clear();
    this.#options.stream.write(`${line}\n`);
  }

  /** Takes the progress off a terminal. */
  clear(): void {
    const { stream } = this.#options;
    if (stream.isTTY) stream.write(clearLine);
  }
}
