/** Resolves when `begin` calls back or the signal fires, whichever is first; leaves nothing on the signal. */
export function untilDone(signal: AbortSignal, begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
    else begin(done);
  });
}
