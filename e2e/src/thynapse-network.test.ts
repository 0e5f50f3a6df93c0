import { register, type Cell } from '@syncytium/thynapse';
import { afterAll, expect, test } from 'vitest';
import { runProgram, type RunningProgram } from './run-program.js';

interface Transmitter {
  readonly program: RunningProgram;
  readonly command: string;
  readonly event: string;
}

async function startTransmitter(...peers: string[]): Promise<Transmitter> {
  const join = peers.length > 0 ? ['--peer', peers.join(',')] : [];
  const flags = ['--http', '127.0.0.1:0', '--heartbeat', '1s', ...join];
  const program = runProgram('thynapse', ['transmitter', '0', ...flags]);
  const [command = '', event = ''] = (await program.ready()).filter((address) => address.startsWith('tcp://'));
  return { program, command, event };
}

const waitsMs: number[] = [];
let answered = 0;
afterAll(() => {
  console.log(
    `${answered} requests answered; answers came again after the kills within ${waitsMs.map((ms) => `${Math.round(ms)} ms`).join(', ')}`,
  );
});

/** Kills, answers between one and the next, and how many requests wait at a time. */
const kills = 5;
const answersBetween = 400;
const inFlight = 32;

test('kill -9 of transmitters loses no accepted event, and answers none twice', { timeout: 120_000 }, async () => {
  const transmitters = [await startTransmitter()];
  for (let i = 0; i < 2; i++) transmitters.push(await startTransmitter(transmitters[0]!.event));
  const handled = new Map<number, number>();
  const cells: Cell[] = [];
  for (let i = 0; i < 8; i++) {
    const cell = await register('worker', transmitters[i % 3]!.command, { capacity: 4 });
    await cell.on('job::*', ({ data }) => {
      const number = data as number;
      handled.set(number, (handled.get(number) ?? 0) + 1);
      return number;
    });
    cells.push(cell);
  }
  const senders: Cell[] = [];
  for (let i = 0; i < 4; i++) senders.push(await register('sender', transmitters[i % 3]!.command));

  const answers = new Map<number, number>();
  let next = 0;
  let isOver = false;
  let waitsSince: number | undefined;
  const ask = async (lane: number): Promise<void> => {
    for (let number = next++; !isOver; number = next++) {
      const answer = await senders[lane % senders.length]!.request('job::x', number, { timeout: '60s' });
      expect(answer).toBe(number);
      answers.set(number, (answers.get(number) ?? 0) + 1);
      if (waitsSince === undefined) continue;
      waitsMs.push(performance.now() - waitsSince);
      waitsSince = undefined;
    }
  };
  const moreAnswers = async (): Promise<void> => {
    const enough = answers.size + answersBetween;
    while (answers.size < enough) await new Promise((resolve) => setImmediate(resolve));
  };
  const kill = async (): Promise<void> => {
    for (let killed = 1; killed <= kills; killed++) {
      await moreAnswers();
      const victim = killed % transmitters.length;
      await transmitters[victim]!.program.exit('SIGKILL');
      waitsSince = performance.now();
      const others = transmitters.filter((_, i) => i !== victim).map(({ event }) => event);
      transmitters[victim] = await startTransmitter(...others);
    }
    await moreAnswers();
    isOver = true;
  };
  await Promise.all([kill(), ...Array.from({ length: inFlight }, (_, lane) => ask(lane))]);
  answered = answers.size;
  expect(answers.size).toBeGreaterThan(kills * answersBetween);
  expect([...answers.values()].every((count) => count === 1)).toBe(true);
  expect([...answers.keys()].filter((number) => !handled.has(number))).toEqual([]);
  await Promise.all([...senders, ...cells].map((cell) => cell.close({ timeout: 0 })));
});
