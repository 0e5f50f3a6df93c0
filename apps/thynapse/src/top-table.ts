import type { CellTopology, ServiceTopology, Topology } from '@syncytium/thynapse';
import { columnGap, formatTable } from '@syncytium/program';

const header = ['SERVICE', 'CELLS', 'DONE/S', 'DEAD/S', 'IN FLIGHT', 'WAITING', 'LAG', 'PATTERNS'];

/** Columns for people: the first and the last are shortened where there is no room for them. */
const [nameAt, patternsAt] = [0, header.length - 1];

/** Patterns in full up to so many characters. */
const patternsLengthMax = 40;

/** Names and patterns are not made shorter than this. */
const nameLengthMin = 16;
const patternsLengthMin = 8;

/**
 * Rates need two readings of one transmitter (one that was restarted is another); all else is of the later one. Lines have
 * at most `columns` characters where that can be.
 */
export function topTable(before: Topology, now: Topology, columns = Infinity): string[] {
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
      service.patterns.join(' '),
    ];
  };
  const cellRow = (cell: CellTopology): string[] => {
    const { name, done, inFlight, capacity, patterns } = cell;
    const doneRate = rate(done, formerCells.get(cell.id)?.done ?? 0);
    return [`  ${name}`, '', doneRate, '', `${inFlight}/${capacity}`, '', '', patterns.join(' ')];
  };

  const services = [...now.services].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = services.flatMap((service) => [serviceRow(service), ...service.cells.map(cellRow)]);
  const cells = services.reduce((sum, { cells: { length } }) => sum + length, 0);
  const { id, command } = now.transmitter;
  const counts = [`${rate(now.events, before.events)} events/s`, counted(cells, 'cell'), ...othersOf(now)];
  return [
    shorten(`transmitter ${id.slice(0, 8)} at ${command}`, columns),
    shorten(counts.join(', '), columns),
    '',
    ...formatTable(fit([header, ...rows], columns), (column) => column > nameAt && column < patternsAt),
  ];
}

/** The other transmitters of its network; nothing where it is alone. */
function othersOf({ transmitters }: Topology): string[] {
  if (transmitters.length === 0) return [];
  const lost = transmitters.filter(({ isReachable }) => !isReachable).length;
  const others = counted(transmitters.length, 'other transmitter');
  return [lost === 0 ? others : `${others} (${lost} out of reach)`];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Rows with names and patterns as short as they have to be. */
function fit(rows: readonly (readonly string[])[], columns: number): string[][] {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  let room = columns;
  for (let column = nameAt + 1; column < patternsAt; column++) room -= widthOf(column) + columnGap;
  const patternsWanted = Math.min(widthOf(patternsAt), patternsLengthMin);
  const nameLength = Math.max(nameLengthMin, Math.min(widthOf(nameAt), room - patternsWanted - columnGap));
  const patternsLength = Math.max(patternsLengthMin, Math.min(patternsLengthMax, room - nameLength - columnGap));
  return rows.map(([name = '', ...others]) => {
    const patterns = others.pop() ?? '';
    return [shortenMiddle(name, nameLength), ...others, shorten(patterns, patternsLength)];
  });
}

function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return '-';
  return perSecond === 0 || perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1);
}

function formatLag(ms: number): string {
  if (ms === 0) return '-';
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** The end of a cell's name tells it from others. */
function shortenMiddle(text: string, length: number): string {
  const end = text.length - text.lastIndexOf('/');
  if (text.length <= length || end > length / 2) return shorten(text, length);
  return `${text.slice(0, length - end - 1)}…${text.slice(-end)}`;
}
