import { register } from '@syncytium/thynapse';
import { expect, test } from 'vitest';
import { runProgram } from '../run-program.js';
import { metricOf, startTransmitter } from './transmitters.js';

const events = 32_000;
const wave = 500;
const data = 'x'.repeat(8 * 1024);
const mebibyte = 1024 * 1024;

test('a listener that stops reading misses events and is told so; the transmitter stays small, and another misses none', async () => {
  // The stopped one must not find its line too silent when it goes on.
  const transmitter = await startTransmitter({ flags: ['--heartbeat', '1h'] });
  const { command } = transmitter;
  const metric = (name: string): Promise<number> => metricOf(transmitter, name);
  const slow = runProgram('thynapse', ['watch', 'flood::*', '--transmitter', command]);
  await slow.line('stderr', /watching/);
  await using keen = await register('keen', command);
  await using flood = await register('flood', command);
  const heard: unknown[] = [];
  let wake: (() => void) | undefined;
  await keen.all.on('flood::*', ({ seq }) => {
    heard.push(seq);
    wake?.();
  });

  const bytesBefore = await metric('process_resident_memory_bytes');
  slow.process.kill('SIGSTOP');
  for (let sent = 1; sent <= events; sent++) {
    flood.cast('event', data);
    // No faster than one listener can follow.
    while (sent % wave === 0 && heard.length < sent) await new Promise<void>((resolve) => (wake = resolve));
  }
  const bytesAfter = await metric('process_resident_memory_bytes');
  expect(keen.missed).toBe(0);
  expect(heard).toEqual(Array.from({ length: events }, (_, i) => i + 1));
  expect(bytesAfter - bytesBefore).toBeLessThan((events * data.length) / 2);

  slow.process.kill('SIGCONT');
  await slow.line('stderr', /"missed"/);
  await flood.send('last');
  await slow.line('stdout', /^flood::last$/);
  const missed = Math.max(...slow.stderr.flatMap((line) => /"missed":(\d+)/.exec(line)?.[1] ?? []).map(Number));
  const printed = slow.stdout.filter((line) => line.startsWith('flood::event')).length;
  console.log(
    `${(events * data.length) / mebibyte} MiB sent, ${missed} of ${events} events dropped, ${Math.round((bytesAfter - bytesBefore) / mebibyte)} MiB more`,
  );
  expect(missed).toBeGreaterThan(events / 2);
  expect(printed + missed).toBe(events);
  // Counted when they are told.
  while ((await metric('thynapse_dropped_total')) !== missed);
  expect(await slow.exit('SIGINT')).toBe(0);
});
