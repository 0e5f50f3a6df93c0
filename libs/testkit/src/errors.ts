import { SyncytiumError } from '@syncytium/kit';

/** Facts of a simulated run that broke an invariant. */
export interface SimulationFacts {
  readonly simulation: string;
  readonly seed: number;
  /** How to run this seed alone again. */
  readonly replay: string;
  /** The last events before the failure, oldest first. */
  readonly trace: readonly string[];
  readonly cause: unknown;
}

/** A simulated run that failed; the message says with which seed, why, and how to see it again. */
export class SimulationFailedError extends SyncytiumError {
  constructor({ simulation, seed, replay, trace, cause }: SimulationFacts) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const events = trace.length > 0 ? `\nlast events:\n${trace.map((line) => `  ${line}`).join('\n')}` : '';
    super(
      'simulation_failed',
      `simulation "${simulation}" failed with seed ${seed}: ${why}\nreplay: ${replay}${events}`,
      {
        details: { simulation, seed },
        cause,
      },
    );
  }
}

/** A simulation whose seed does not decide what happens. */
export class NotReplayableError extends SyncytiumError {
  constructor(problem: string) {
    super('not_replayable', problem);
  }
}

/** A regressions file that cannot be read as a list of seeds. */
export class RegressionsError extends SyncytiumError {
  constructor(file: string, problem: string, cause?: unknown) {
    super('regressions_invalid', `${file} ${problem}`, { details: { file }, cause });
  }
}

/** A redis-server that tests need and that is not there or does not start. */
export class RedisServerError extends SyncytiumError {
  constructor(problem: string) {
    super('redis_server', problem);
  }
}
