import { register } from '@syncytium/thynapse';
import { measureCalls, type CallsOptions } from '../measure-calls.js';
import { hostProcess } from '../process-host.js';

/** Requests that await their answers. */
hostProcess(async ({ url, ...calls }: CallsOptions & { readonly url: string }) => {
  const cell = await register('requestor', url);
  return measureCalls(calls, (item) => cell.request('work::echo', item));
});
