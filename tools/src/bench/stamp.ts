/** The digits of a time in microseconds of the machine's monotonic clock, which all processes read alike. */
const digits = 16;
const usPerMs = 1000;

/** A text of so many bytes (16 or more) that tells when it was due, in milliseconds as `performance.now` tells them. */
export function stamped(dueAtMs: number, bytes: number): string {
  const us = Math.round(machineUs() + (dueAtMs - performance.now()) * usPerMs);
  return String(us).padStart(digits, '0').padEnd(bytes, 'x');
}

/** How long ago the text was due, in milliseconds; `undefined` where it has no stamp. */
export function msSince(text: string): number | undefined {
  const due = Number(text.slice(0, digits));
  return Number.isNaN(due) ? undefined : (machineUs() - due) / usPerMs;
}

function machineUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / usPerMs;
}
