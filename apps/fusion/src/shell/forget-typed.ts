import type { Interface } from 'node:readline';

/** Empties the line that is being typed, which readline else keeps when Ctrl-C is handled. */
export function forgetTyped(lines: Interface): void {
  lines.write(null, { ctrl: true, name: 'e' });
  lines.write(null, { ctrl: true, name: 'u' });
}
