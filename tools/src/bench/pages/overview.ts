import { markdownTable } from '../../markdown-table.js';
import type { EntryReport } from '../report.js';

/** The system or library an entry belongs to: `netsync` of `netsync/pairs-http`. */
export const systemOf = ({ name }: EntryReport): string => name.split('/', 1)[0] ?? name;

/** A table of all systems: their entries, with links, and which of them miss an aim. */
export function overview(entries: readonly EntryReport[]): string {
  const hasAims = entries.some(({ aims }) => aims.length > 0);
  const rows = [...new Set(entries.map(systemOf))].map((system) => {
    const own = entries.filter((entry) => systemOf(entry) === system);
    const aims = own.flatMap(({ aims }) => aims);
    const reached = aims.length > 0 ? `${aims.filter(({ reached }) => reached).length} of ${aims.length}` : '';
    const missing = own.filter(({ aims }) => aims.some(({ reached }) => !reached));
    return [`[${system}](#${system})`, linksTo(own), ...(hasAims ? [reached, linksTo(missing)] : [])];
  });
  return markdownTable(['system', 'entries', ...(hasAims ? ['aims reached', 'missed in'] : [])], rows);
}

function linksTo(entries: readonly EntryReport[]): string {
  return entries
    .map(({ name }) => `[${name.slice(name.indexOf('/') + 1)}](#${name.replaceAll(/[^\w-]/g, '')})`)
    .join(', ');
}
