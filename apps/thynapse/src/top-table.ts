import type { CellTopology, ServiceTopology, Topology } from '@syncytium/thynapse';
import { formatTable } from './format-table.js';

const header = ['SERVICE', 'CELLS', 'DONE/S', 'DEAD/S', 'IN FLIGHT', 'WAITING', 'LAG', 'PATTERNS'];

/** Patterns in full up to so many characters. */
const patternsLengthMax = 40;

/** Rates need two readings of one transmitter (one that was restarted is another); all else is of the later one. */
export function topTable(before: Topology, now: Topology): string[] {
  const isSame = now.transmitter.id === before.transmitter.id;
  const seconds = isSame ? (now.clockMs - before.clockMs) / 1000 : NaN;
  const rate = (later: number, earlier: number): string => formatRate((later - earlier) / seconds);
  const formerServices = new Map(before.services.map((service) => [service.name, service]));
  const formerCells = new Map(before.services.flatMap(({ cells }) => cells).map((cell) => [cell.id, cell]));

  const serviceRow = (service: ServiceTopology): string[] => {
    const former = formerServices.get(service.name);
    return [
      service.name,
      String(service.cells.length),
      rate(service.done, former?.done ?? 0),
      rate(service.dead, former?.dead ?? 0),
      String(service.inFlight),
      String(service.waiting),
      formatLag(service.lagMs),
      shorten(service.patterns.join(' ')),
    ];
  };
  const cellRow = (cell: CellTopology): string[] => {
    const { name, done, inFlight, capacity, patterns } = cell;
    const doneRate = rate(done, formerCells.get(cell.id)?.done ?? 0);
    return [`  ${name}`, '', doneRate, '', `${inFlight}/${capacity}`, '', '', shorten(patterns.join(' '))];
  };

  const services = [...now.services].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = services.flatMap((service) => [serviceRow(service), ...service.cells.map(cellRow)]);
  const cells = services.reduce((sum, { cells: { length } }) => sum + length, 0);
  const { id, command } = now.transmitter;
  return [
    `transmitter ${id.slice(0, 8)} at ${command}: ${rate(now.events, before.events)} events/s, ${cells} cells`,
    '',
    ...formatTable([header, ...rows], (column) => column > 0 && column < header.length - 1),
  ];
}

function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return '-';
  return perSecond === 0 || perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1);
}

function formatLag(ms: number): string {
  if (ms === 0) return '-';
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function shorten(text: string): string {
  return text.length > patternsLengthMax ? `${text.slice(0, patternsLengthMax - 1)}…` : text;
}
