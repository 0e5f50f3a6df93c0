import type { Sample } from './entry.js';

/** Asks a process for a round. */
export interface MeasureRequest {
  readonly seconds: number;
}

/** What a process answers when it is prepared, and to every {@link MeasureRequest}. */
export interface ProcessMessage {
  readonly sample?: Sample;
  readonly error?: string;
}

/** Measures one round of about so many seconds. */
export type MeasureRound = (seconds: number) => Promise<Sample>;

/**
 * The main function of a script of `processes/`: prepares, with the options that the benchmark started it with, and then
 * measures a round whenever it is asked to, or only serves when there is nothing to measure. Ends with the benchmark.
 */
export function hostProcess(prepare: (options: never) => Promise<MeasureRound | undefined>): void {
  process.on('disconnect', () => process.exit());
  const report = (work: () => Promise<ProcessMessage>): void => {
    work().then(
      (message) => process.send?.(message),
      (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : error }),
    );
  };
  report(async () => {
    const measure = await prepare(JSON.parse(process.argv[2] ?? '{}') as never);
    process.on('message', ({ seconds }: MeasureRequest) => {
      report(async () => (measure ? { sample: await measure(seconds) } : {}));
    });
    return {};
  });
}
