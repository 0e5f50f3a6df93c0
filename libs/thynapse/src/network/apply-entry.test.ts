import { expect, test } from 'vitest';
import { LinkedTransmitters } from '../testing/linked-transmitters.js';
import { thid } from '../testing/transmitter-driver.js';
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
