import type { Interface } from 'node:readline';
import type { Writable } from 'node:stream';

/** Empties the line that is being typed, which readline else keeps when Ctrl-C is handled. It stays to be seen, with `^C`. */
export function forgetTyped(lines: Interface, output: Writable): void {
  lines.write(null, { ctrl: true, name: 'e' });
  output.write('^C\n');
  lines.write(null, { ctrl: true, name: 'u' });
}
