import type { RespSession } from './resp-session.js';

/** Commands as they are executed, for clients that asked to see them with `MONITOR`. */
export class Monitors {
  readonly #sessions = new Set<RespSession>();
  readonly #onChange: (isWatched: boolean) => void;

  /** `onChange` is told whether anybody looks. */
  constructor(onChange: (isWatched: boolean) => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#sessions.size;
  }

  add(session: RespSession): void {
    this.#sessions.add(session);
    this.#onChange(true);
  }

  delete(session: RespSession): void {
    if (this.#sessions.delete(session)) this.#onChange(this.#sessions.size > 0);
  }

  /** Shows a command; `from` is who gave it, `atMs` when, in milliseconds since 1970. */
  show(atMs: number, from: string, words: readonly Uint8Array[]): void {
    const seconds = (atMs / 1000).toFixed(6);
    const line = `${seconds} [0 ${from}] ${words.map(quote).join(' ')}`;
    for (const session of [...this.#sessions]) session.onMonitored(line);
  }
}

const named: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

/** Bytes as Redis shows them: in quotes, with what is not printable ASCII escaped. */
function quote(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return `"${text.replace(/[^ !#-[\]-~]/g, escape)}"`;
}

function escape(char: string): string {
  return named[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
