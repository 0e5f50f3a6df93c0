import { register } from '@syncytium/thynapse';
import { expect, test } from 'vitest';
import { runProgram } from '../run-program.js';

const events = 32_000;
const wave = 500;
const data = 'x'.repeat(8 * 1024);
const mebibyte = 1024 * 1024;

test('a listener that stops reading misses events and is told so; the transmitter stays small, and another misses none', async () => {
  // The stopped one must not find its line too silent when it goes on.
  const flags = ['--http', '127.0.0.1:0', '--heartbeat', '1h'];
  const transmitter = runProgram('thynapse', ['transmitter', '0', ...flags]);
  const [command = '', , http = ''] = await transmitter.ready();
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${http}/metrics`)).text();
    return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
  };
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
  const dropped = await metric('thynapse_dropped_total');
  console.log(
    `${(events * data.length) / mebibyte} MiB sent, ${dropped} of ${events} events dropped, ${Math.round((bytesAfter - bytesBefore) / mebibyte)} MiB more`,
  );
  expect(keen.missed).toBe(0);
  expect(heard).toEqual(Array.from({ length: events }, (_, i) => i + 1));
  expect(dropped).toBeGreaterThan(events / 2);
  expect(bytesAfter - bytesBefore).toBeLessThan((events * data.length) / 2);

  slow.process.kill('SIGCONT');
  await slow.line('stderr', /"missed"/);
  await flood.send('last');
  await slow.line('stdout', /^flood::last$/);
  const missed = slow.stderr.flatMap((line) => /"missed":(\d+)/.exec(line)?.[1] ?? []).map(Number);
  const printed = slow.stdout.filter((line) => line.startsWith('flood::event')).length;
  expect(printed + Math.max(...missed)).toBe(events);
  expect(missed.at(-1)).toBe(await metric('thynapse_dropped_total'));
  expect(await slow.exit('SIGINT')).toBe(0);
});
