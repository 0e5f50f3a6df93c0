import type { RequestStats, Stats } from '@syncytium/netsync';

const heading = ['EVENT', 'ACTOR', 'WAITS', 'MATES', 'LABELS', 'SELECTOR'];
/** Longest text in a column, so that a line stays a line. */
const widthMax = 60;

/** Who waits, in lines with columns, the oldest of each event first; `wallMs` is the time now, since 1970. */
export function statsTable(stats: Stats, wallMs: number): string[] {
  const requests = Object.values(stats).flatMap((actors) => Object.values(actors).flatMap((ids) => Object.values(ids)));
  if (requests.length === 0) return ['nobody waits'];
  const rows = [heading, ...requests.map((request) => cellsOf(request, wallMs))];
  const widths = heading.map((_name, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf({ params, created_at }: RequestStats, wallMs: number): string[] {
  const { event, actor, mates, labels, selector } = params;
  // The server's clock may be ahead of ours.
  const seconds = Math.max(0, wallMs - Date.parse(created_at)) / 1000;
  const labelsText = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [event, actor, `${seconds.toFixed(1)}s`, String(mates), labelsText.join(','), selector].map(printable);
}

/** Control characters would break the table, or more, on a terminal. */
function printable(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
  return clean.length > widthMax ? `${clean.slice(0, widthMax - 1)}…` : clean;
}
