import { SyncytiumError, type Clock } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';

/** Longest wait for the broker's answer, in milliseconds: whoever asks for readiness asks often. */
const answerMsMax = 1000;

/** A key that nobody has: what is asked for is an answer. */
const probe = 'fxp__readiness';

/** Why the broker does not answer; `undefined` when it does. */
export async function whyUnreachable(broker: Broker, clock: Clock): Promise<string | undefined> {
  const asking = broker.exists(probe).then(
    () => undefined,
    (error: unknown) => (error instanceof SyncytiumError ? error.message : String(error)),
  );
  return new Promise((resolve) => {
    const timer = clock.setTimer(answerMsMax, () => resolve(`the broker has not answered for ${answerMsMax} ms`));
    void asking.then((problem) => {
      timer.cancel();
      resolve(problem);
    });
  });
}
