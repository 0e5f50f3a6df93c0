/** The digits of a time in microseconds of the machine's monotonic clock, which all processes read alike. */
const digits = 16;
const usPerMs = 1000;

/** Where a process may be held up between its looks at two clocks, one of so many pairs of looks is not. */
const looks = 100;

/** What `performance.now` of this process lags behind that clock, in milliseconds. */
const lagMs = Math.max(...Array.from({ length: looks }, () => machineMs() - performance.now()));

/** A text of so many bytes (16 or more) that tells when it was due, in milliseconds as `performance.now` tells them. */
export function stamped(dueAtMs: number, bytes: number): string {
  return String(Math.round((lagMs + dueAtMs) * usPerMs))
    .padStart(digits, '0')
    .padEnd(bytes, 'x');
}

/** How long ago the text was due, in milliseconds; `undefined` where it has no stamp. */
export function msSince(text: string): number | undefined {
  const due = Number(text.slice(0, digits));
  return Number.isNaN(due) ? undefined : lagMs + performance.now() - due / usPerMs;
}

function machineMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
