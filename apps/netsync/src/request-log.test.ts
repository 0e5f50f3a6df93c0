import type { RequestFacts, TraceEntry } from '@syncytium/netsync';
import { systemClock } from '@syncytium/kit';
import { describe, expect, it } from 'vitest';
import { requestLog } from './request-log.js';
import type { LogFormat } from './settings.js';

const request: RequestFacts = {
  id: 'r',
  event: 'e',
  actor: 'a',
  payload: '',
  mates: 1,
  labels: {},
  selector: '',
  ageMs: 0,
};
const arrival: TraceEntry = { kind: 'arrive', request, pending: 1 };

/** What is written for an arrival and a leave in one turn. */
async function written(format: LogFormat | undefined, isTTY: boolean, hasColours?: boolean): Promise<string[]> {
  const texts: string[] = [];
  const sink = { write: (text: string) => texts.push(text), isTTY, ...(hasColours !== undefined && { hasColours }) };
  const log = requestLog(format, sink, systemClock);
  log?.(arrival);
  log?.({ kind: 'leave', request, reason: 'cancelled', pending: 0 });
  await new Promise((resolve) => setImmediate(resolve));
  return texts;
}

describe('the request log', () => {
  it('is a coloured graph on a terminal', async () => {
    expect(await written(undefined, true)).toEqual(['\u001b[36m┌─\u001b[0m a:e\n\u001b[31m┴─\u001b[0m a:e\n']);
  });

  it('is JSON elsewhere', async () => {
    const [text = ''] = await written(undefined, false);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { msg: '+', rid: 'r' },
      { msg: '-', rid: 'r', reason: 'cancelled' },
    ]);
  });

  it('is what was asked for, without colours where there is no terminal', async () => {
    expect(await written('graph', false)).toEqual(['┌─ a:e\n┴─ a:e\n']);
  });

  it('has colours only where they are wanted', async () => {
    expect(await written(undefined, true, false)).toEqual(['┌─ a:e\n┴─ a:e\n']);
    expect(await written('graph', false, true)).toEqual(['\u001b[36m┌─\u001b[0m a:e\n\u001b[31m┴─\u001b[0m a:e\n']);
  });

  it('can be silent', async () => {
    expect(await written('silent', true)).toEqual([]);
  });
});
