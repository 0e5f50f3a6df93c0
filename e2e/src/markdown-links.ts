import { findBlocks } from './markdown-examples.js';

/** A link or picture of a Markdown file that points into this repository. */
export interface Link {
  /** Relative to the file's folder; '' for the file itself. */
  readonly path: string;
  /** What stands behind `#`, if anything. */
  readonly anchor: string | undefined;
  /** Counted from 1. */
  readonly line: number;
}

/** All links but those to other sites. Text between backticks is none. */
export function findLinks(markdown: string): Link[] {
  return prose(markdown).flatMap((text, i) =>
    [...text.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']): Link[] => {
      if (/^[a-z]+:/.test(target)) return [];
      const [path = '', anchor] = target.split('#');
      return [{ path, anchor, line: i + 1 }];
    }),
  );
}

/** What can stand behind `#` in a link to this file: its headings as GitHub names them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of prose(markdown)) {
    const heading = /^#+ +(.*)/.exec(line)?.[1];
    if (heading === undefined) continue;
    const name = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = name;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${name}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Its lines, those in fences empty. */
function prose(markdown: string): string[] {
  const lines = markdown.split('\n');
  for (const { line, text } of findBlocks(markdown)) lines.fill('', line - 1, line + text.split('\n').length + 1);
  return lines;
}
