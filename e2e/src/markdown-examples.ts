/** A fenced block of a Markdown file. */
export interface Block {
  /** The word after the fence: `sh`, `ts`, `json`, `text`. */
  readonly language: string;
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

/** What a document tells its reader to do, and what it says will come of it. */
export interface Example {
  readonly kind: 'server' | 'tool' | 'shell' | 'code';
  readonly source: string;
  readonly line: number;
  /**
   * The block that follows the example as its output, of a tool all that it prints until the end; `undefined` when the
   * document shows none.
   */
  readonly output: string | undefined;
}

const programs =
  /^npx (netsync|fxp|thynapse transmitter|fusion|syncytium)\b(?! (call|providers|echo|query|load|watch|send|work|tour))/;

/** What goes on in a terminal of its own until it is interrupted. */
const tools = /^npx thynapse (watch|work) /;

/** All fenced blocks, in order. */
export function findBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; line: number; lines: string[] } | undefined;
  markdown.split('\n').forEach((line, i) => {
    const fence = /^```(\w*)/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (open) {
      blocks.push({ language: open.language, line: open.line, text: open.lines.join('\n') });
      open = undefined;
    } else open = { language: fence[1] ?? '', line: i + 1, lines: [] };
  });
  return blocks;
}

/**
 * The examples of a document: `sh` blocks (a single line that starts a server or a tool, or commands to run while it goes
 * on) and `ts` blocks, each with the `json` or `text` block that directly follows as its output.
 */
export function findExamples(markdown: string): Example[] {
  const blocks = findBlocks(markdown);
  return blocks.flatMap(({ language, text, line }, i) => {
    if (language !== 'sh' && language !== 'ts') return [];
    const next = blocks[i + 1];
    const output = next && ['json', 'text'].includes(next.language) ? next.text : undefined;
    const kind = language === 'ts' ? 'code' : shellKind(text);
    return [{ kind, source: text, line, output } as const];
  });
}

function shellKind(source: string): Example['kind'] {
  if (source.includes('\n')) return 'shell';
  return programs.test(source) ? 'server' : tools.test(source) ? 'tool' : 'shell';
}

/** Brings printed and documented output to one form: no indentation, ids and times replaced by their kind. */
export function normalize(output: string): string {
  return output
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<oid>')
    .replaceAll(/\b[0-9a-f]{40}\b/g, '<thid>')
    .replaceAll(/(?<=\w\/|transmitter )[0-9a-f]{8}\b/g, '<short thid>')
    .replaceAll(/\b\d+(\.\d+)? ?ms\b/g, '<ms>')
    .replaceAll(/\s+/g, '');
}
