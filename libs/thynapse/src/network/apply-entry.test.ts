import { encodeFrame } from '@syncytium/codec';
import { expect, test } from 'vitest';
import { LinkedTransmitters } from '../testing/linked-transmitters.js';
import { PeerDriver } from '../testing/peer-driver.js';
import { thid, TransmitterDriver } from '../testing/transmitter-driver.js';
import { scoreOf } from './rendezvous.js';

test('a task that a cell had no room for is given again by an heir who hears of that before it hears of the event [T-42]', () => {
  const [leaving, heir, holder] = [thid('A'), thid('B'), thid('C')];
  const [full, room] = [thid('f'), thid('r')];
  const network = new LinkedTransmitters(leaving, heir, holder);
  const join = (at: string, line: string, id: string, service: string): void =>
    network.say(at, line, 'HELO', { id, service, capacity: 1 });
  const catchJobs = (at: string, line: string): void => network.say(at, line, 'CTCH', { pattern: 'job' });
  const tasksOf = (line: string): unknown[] =>
    network.said.flatMap(({ to, command, payload }) =>
      to === line && command === 'TASK' ? [(payload as { id: string }).id] : [],
    );
  network.join(heir, leaving);
  network.join(holder, leaving);
  for (let i = 0; i < 20; i++) network.tick();
  join(holder, 'full', full, 'mail');
  catchJobs(holder, 'full');
  join(heir, 'room', room, 'mail');
  catchJobs(heir, 'room');
  join(holder, 'web of holder', thid('w'), 'web');
  join(leaving, 'web', thid('x'), 'web');

  // Chosen for the cell of the holder, and for the heir.
  const event = Array.from({ length: 100 }, (_, i) => thid(String(i))).find(
    (id) => scoreOf(id, full) > scoreOf(id, room) && scoreOf(id, heir) > scoreOf(id, holder),
  )!;
  network.hold(holder, leaving);
  network.say(holder, 'web of holder', 'EVNT', { channel: 'job', id: thid('1st') });
  network.hold(leaving, heir);
  network.say(leaving, 'web', 'EVNT', { channel: 'job', id: event });
  network.run(leaving, { type: 'leave' });
  network.release(leaving, heir);
  for (let i = 0; i < 5; i++) network.tick();
  expect(tasksOf('full')).toEqual([thid('1st')]);
  expect(tasksOf('room')).toEqual([event]);
});

test('a task that another cell has done does not go back from one that had no room for it [T-42]', () => {
  const transmitter = new TransmitterDriver();
  const other = new PeerDriver(transmitter, thid('A'));
  const own = { cell: thid('full'), via: transmitter.state.options.id };
  const there = { cell: thid('there'), via: other.id };
  const id = thid('job');
  transmitter.join('full', 'mail', ['job'], { capacity: 1 });
  transmitter.event('full', 'job');
  const bytes = encodeFrame('J', 'EVNT', { channel: 'job', id, from: thid('web') });
  const task = { service: 'mail', attempt: 1, failures: 0, place: own };
  other.tell({ type: 'event', bytes, tasks: [task], wantsAnswer: false, ended: [], answers: [], copy: false });
  expect(transmitter.state.cells.get(own.cell)?.parked.size).toBe(1);
  other.tell(
    { type: 'cell', id: there.cell, service: 'mail', capacity: 1 },
    { type: 'give', id, service: 'mail', attempt: 2, place: there },
    { type: 'end', id, service: 'mail', outcome: 'done', answers: [] },
    { type: 'catch', cell: there.cell, pattern: 'job', all: false },
  );
  transmitter.wait(50);
  expect(transmitter.state.open.has(id)).toBe(false);
  expect(other.heard().filter((entry) => entry.type === 'back' || entry.type === 'give')).toEqual([]);
  expect(transmitter.state.cells.get(own.cell)?.parked.size).toBe(0);
});

test('answers come from other transmitters on channels longer than those of requests, and are caught there', () => {
  const [web, mail, audit] = [thid('w'), thid('m'), thid('a')];
  const [near, far] = [thid('A'), thid('B')];
  const network = new LinkedTransmitters(near, far);
  network.join(far, near);
  for (let i = 0; i < 20; i++) network.tick();
  const channel = `job::${'x'.repeat(507)}`;
  network.say(far, 'mail', 'HELO', { id: mail, service: 'm'.repeat(128) });
  network.say(far, 'mail', 'CTCH', { pattern: 'job::*' });
  network.say(near, 'audit', 'HELO', { id: audit, service: 'audit' });
  network.say(near, 'audit', 'CTCH', { pattern: '*::success' });
  network.say(near, 'web', 'HELO', { id: web, service: 'web' });
  network.say(near, 'web', 'EVNT', { channel, id: thid('1st'), answer: true });
  network.say(far, 'mail', 'DONE', { re: thid('1st'), data: 'yes' });
  const told = (line: string, command: string) =>
    network.said.filter((one) => one.to === line && one.command === command).map(({ payload }) => payload);
  const answer = { channel: `${'m'.repeat(128)}::${channel}::success`, re: thid('1st'), data: 'yes' };
  expect(told('web', 'EVNT')).toMatchObject([answer]);
  expect(told('audit', 'TASK')).toMatchObject([answer]);
});
