import { timerDelayMsMax } from './clock.js';
import { InvalidArgumentError } from './errors.js';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A time as people write it, `250ms`, `30s`, `1.5m`, `2h`, or a number of milliseconds. */
export type Duration = number | string;

/**
 * Milliseconds of a {@link Duration}. `field` names the argument in the error, an {@link InvalidArgumentError}, that is
 * thrown for anything else, for negative times and for more than 2^31 - 1 ms (24.8 days).
 */
export function durationMs(value: Duration, field: string): number {
  const ms = typeof value === 'number' ? value : parse(value);
  if (!(ms >= 0))
    throw new InvalidArgumentError(field, `must be a time such as 250ms, 30s, 5m or 1h, got ${JSON.stringify(value)}`);
  if (ms > timerDelayMsMax)
    throw new InvalidArgumentError(field, `must be at most ${timerDelayMsMax} ms (24.8 days), got ${value}`);
  return ms;
}

function parse(text: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text);
  return Number(match?.[1] ?? NaN) * (unitMs[match?.[2] ?? ''] ?? NaN);
}
