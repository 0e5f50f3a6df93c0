import { silentLog, systemClock } from '@syncytium/kit';
import { Provider, Requestor } from '@syncytium/fxp';
import { MemoryBroker } from '@syncytium/transport/memory';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runSessionCommand } from './run-session-command.js';

let broker: MemoryBroker;
let provider: Provider;
let requestor: Requestor;
beforeEach(async () => {
  broker = new MemoryBroker();
  provider = await Provider.connect(broker);
  requestor = await Requestor.connect(broker);
});
afterEach(async () => {
  await requestor.close();
  await provider.close();
  await broker.close();
});

/** Provides a service by a command that Node runs. */
async function provide(script: string): Promise<void> {
  const command = `'${process.execPath}' -e '${script}'`;
  await provider.register('work', (session) =>
    runSessionCommand(command, session, { log: silentLog, clock: systemClock }),
  );
}

test('a command keeps its state for a session, and knows whose it is', async () => {
  await provide(
    `let n = 0; require("readline").createInterface({ input: process.stdin }).on("line", (line) =>
      console.log(JSON.stringify({ n: n += JSON.parse(line).n, id: process.env.FXP_SESSION })));`,
  );
  const sessions = await Promise.all(['a', 'b'].map((id) => requestor.open('work', { id })));
  for (const [i, session] of sessions.entries()) {
    expect(await session.call({ n: i + 1 })).toEqual({ n: i + 1, id: session.id });
    expect(await session.call({ n: 10 })).toEqual({ n: i + 11, id: session.id });
    await session.close();
  }
});

test('a command that fails ends its session, and the requestor is told how', async () => {
  await provide('process.exit(7)');
  const session = await requestor.open('work');
  await expect(session.call({})).rejects.toMatchObject({
    code: 'fxp_remote',
    remote: { code: 'command_failed', message: expect.stringContaining('exited with 7') as string },
  });
});

test('a line that is no JSON object ends the session, and is named', async () => {
  await provide('console.log("{}"); console.log("hello"); process.stdin.resume()');
  const session = await requestor.open('work');
  expect(await session.call({})).toEqual({});
  await expect(session.call({})).rejects.toMatchObject({
    code: 'fxp_remote',
    remote: { code: 'bad_line', message: expect.stringMatching(/^line 2 of the output of .*hello$/) as string },
  });
});

test('a command that has no more to say ends its session well', async () => {
  await provide('console.log("{}")');
  const session = await requestor.open('work');
  expect(await session.pop()).toEqual({});
  await expect(session.pop()).rejects.toMatchObject({ code: 'fxp_session_ended' });
});

test('a command is ended with its session, also when it does not care for the end of its input', async () => {
  await provide('setInterval(() => undefined, 1000); console.log(JSON.stringify({ pid: process.pid }))');
  const session = await requestor.open('work');
  const { pid } = (await session.pop()) as { pid: number };
  await session.close();
  expect(pid).toBeGreaterThan(0);
  const isRunning = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (isRunning()) await new Promise((resolve) => setImmediate(resolve));
  while (provider.sessionCount > 0) await new Promise((resolve) => setImmediate(resolve));
});
