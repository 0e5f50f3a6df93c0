/** A table in Markdown; cells after the first `textColumns` stand to the right, as numbers do. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns = head.length,
): string {
  const rule = head.map((_, column) => (column < textColumns ? '---' : '---:'));
  return [head.map(escapeCell), rule, ...rows.map((cells) => cells.map(escapeCell))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const escapeCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
