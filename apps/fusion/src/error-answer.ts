import { errorDescriptions } from '@syncytium/fusion';

/** What was wrong with a query, as its answer tells. */
export interface ErrorAnswer {
  readonly code: number;
  /** In words. */
  readonly problem: string;
}

/** Reads the answer to a query that failed; `undefined` when it is another. */
export function readErrorAnswer(answer: string): ErrorAnswer | undefined {
  const [, code, detail = '""'] = /_RSP_ERR":\{"_err":\{"_c":(\d+),"_a":("(?:[^"\\]|\\.)*")/.exec(answer) ?? [];
  if (code === undefined) return undefined;
  const description = (errorDescriptions as Readonly<Record<string, string>>)[code] ?? 'unknown';
  return { code: Number(code), problem: `error ${code}, ${description}: ${String(JSON.parse(detail))}` };
}
