import { systemClock } from '@syncytium/kit';
import { expect, test } from 'vitest';
import { formatProgress, formatSummary } from './progress.js';
import { ProgressLine } from './progress-line.js';

const progress = { bytes: 5e6, bytesTotal: 2e7, objects: 50_000, elapsedMs: 2000 };

test('a line tells how much is done, how fast, and how long it will take', () => {
  expect(formatProgress(progress, 200)).toBe(
    '[======>                 ] 25 %  50,000 objects  25,000/s  2.5 MB/s  6 s left',
  );
  expect(formatProgress({ ...progress, bytesTotal: undefined }, 200)).toBe('50,000 objects  25,000/s  2.5 MB/s');
  expect(formatProgress({ ...progress, bytes: 0, objects: 0, elapsedMs: 0 }, 200)).toBe(
    '[>                       ] 0 %  0 objects  0/s  0.0 MB/s',
  );
  expect(formatProgress({ ...progress, bytes: 2e7 }, 30)).toBe('[========================] 100');
  const done = 'stored 50,000 objects in 2.0 s (25,000/s), refused 3';
  expect(formatSummary(progress, 3, 0)).toBe(done);
  expect(formatSummary(progress, 3, 1200)).toBe(`${done}; 1,200 more were sent and not answered`);
});

test('on a terminal a line takes the place of the one before; elsewhere there are few', () => {
  const shown = (isTTY: boolean): string[] => {
    let now = 0;
    const clock = { ...systemClock, now: () => now };
    const written: string[] = [];
    const line = new ProgressLine({ clock, stream: { isTTY, columns: 15, write: (text) => written.push(text) } });
    for (let i = 0; i < 60; i++) {
      now += 100;
      line.show({ ...progress, bytesTotal: undefined, objects: i });
    }
    line.note('line 7: wrong');
    return written;
  };
  const terminal = shown(true);
  expect(terminal).toHaveLength(62);
  expect(terminal[0]).toBe('\r\x1b[K0 objects  0/s');
  expect(terminal.slice(-2)).toEqual(['\r\x1b[K', 'line 7: wrong\n']);
  expect(shown(false)).toEqual(['49 objects  25\n', 'line 7: wrong\n']);
});
