import { WaitTable, type Wait, type WaitOutcome, type WaitSubject } from '@syncytium/kit';

/** A table that remembers how often each of its waits was closed. */
export class RecordingWaits extends WaitTable {
  /** For each wait, how it was closed, each time. */
  readonly closings: WaitOutcome[][] = [];

  override open(subject: WaitSubject, until?: number): Wait {
    const wait = super.open(subject, until);
    const closings: WaitOutcome[] = [];
    this.closings.push(closings);
    const close = wait.close.bind(wait);
    wait.close = (outcome) => {
      closings.push(outcome);
      return close(outcome);
    };
    return wait;
  }
}
