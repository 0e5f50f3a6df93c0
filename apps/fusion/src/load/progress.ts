/** How far a load has come. */
export interface Progress {
  readonly bytes: number;
  /** Length of the file; `undefined` when it is not known. */
  readonly bytesTotal: number | undefined;
  readonly objects: number;
  readonly elapsedMs: number;
}

/** Characters of the bar on a terminal of usual width. */
const barChars = 24;

/** One line that tells how far a load has come: `[======>   ] 61 %  1,200,000 objects  98,000/s  9.1 MB/s  8 s left`. */
export function formatProgress(progress: Progress, columns: number): string {
  const { bytes, bytesTotal, objects, elapsedMs } = progress;
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const parts = [
    `${grouped(objects)} objects`,
    `${grouped(Math.round(objects / seconds))}/s`,
    `${(bytes / seconds / 1e6).toFixed(1)} MB/s`,
  ];
  if (bytesTotal !== undefined && bytesTotal > 0) {
    const part = Math.min(1, bytes / bytesTotal);
    parts.unshift(`${bar(part)} ${Math.floor(part * 100)} %`);
    if (part > 0) parts.push(`${Math.ceil((seconds * (1 - part)) / part)} s left`);
  }
  return parts.join('  ').slice(0, columns);
}

/** What was done in the end; nobody knows whether what is unanswered was stored. */
export function formatSummary({ objects, elapsedMs }: Progress, refused: number, unanswered: number): string {
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const rate = grouped(Math.round(objects / seconds));
  const done = `stored ${grouped(objects)} objects in ${seconds.toFixed(1)} s (${rate}/s), refused ${grouped(refused)}`;
  return unanswered === 0 ? done : `${done}; ${grouped(unanswered)} more were sent and not answered`;
}

function bar(part: number): string {
  const done = Math.round(part * barChars);
  return `[${`${'='.repeat(done)}>`.slice(0, barChars).padEnd(barChars)}]`;
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
