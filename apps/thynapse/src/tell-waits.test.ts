import { silentLog, WaitTable } from '@syncytium/kit';
import { SimulatedClock } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import { tellWaits } from './tell-waits.js';

test('who waits longer than a second is told once for whom, and again when that changes', () => {
  const clock = new SimulatedClock();
  const waits = new WaitTable({ system: 'thynapse', clock });
  const lines: string[] = [];
  const stop = tellWaits(waits, { clock, log: { ...silentLog, warn: (line) => void lines.push(line) } });
  const subject = { who: 'request/1', what: 'an answer to mail::send', whom: ['tcp://bus:5454'] };
  waits.open({ ...subject, what: 'a welcome' }).close('done');
  const wait = waits.open(subject);
  clock.advance(900);
  expect(lines).toEqual([]);
  clock.advance(5000);
  expect(lines).toEqual(['waiting for an answer to mail::send from tcp://bus:5454']);
  subject.whom = ['mail', 'audit'];
  clock.advance(2000);
  expect(lines.slice(1)).toEqual(['waiting for an answer to mail::send from mail, audit']);
  wait.close('done');
  waits.open({ ...subject, what: 'what nobody is told any more' });
  stop();
  clock.advance(5000);
  expect(lines).toHaveLength(2);
});
