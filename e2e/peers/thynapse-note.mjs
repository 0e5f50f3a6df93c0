import { writeSync } from 'node:fs';

/** Writes down what happened, and when, on a clock that all processes of this machine share; kill -9 loses none of it. */
export function note(what, ...facts) {
  const atMs = Number(process.hrtime.bigint()) / 1e6;
  writeSync(1, `${[atMs.toFixed(3), what, ...facts].join(' ')}\n`);
}
