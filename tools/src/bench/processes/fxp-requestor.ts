import { Requestor } from '@syncytium/fxp';
import { openOptions, partyOptions, type FxpMode } from '../fxp-mode.js';
import { measureCalls, type CallsOptions } from '../measure-calls.js';
import { hostProcess } from '../process-host.js';
import { SessionPool } from '../session-pool.js';

interface FxpRequestorOptions extends CallsOptions {
  readonly url: string;
  readonly mode: FxpMode;
  readonly service: string;
  /** Sessions that calls are spread over (1 unless told). */
  readonly sessions?: number;
}

/** Calls with 100-byte JSON objects in sessions of the round's own. */
hostProcess(async ({ url, mode, service, sessions = 1, ...calls }: FxpRequestorOptions) => {
  const requestor = await Requestor.connect(url, partyOptions(mode));
  return async (seconds) => {
    await using pool = await SessionPool.open(requestor, service, openOptions(mode), sessions);
    const measure = measureCalls(calls, (item) => pool.call({ ...item }));
    return await measure(seconds);
  };
});
