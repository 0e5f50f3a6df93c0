import { join } from 'node:path';
import { seededPrng, type Prng } from '@syncytium/kit';
import { startRedisServer, type RedisServer } from '@syncytium/testkit';
import { RedisControl } from './redis-control.js';
import { root, runCommand, type RunningProgram } from './run-program.js';

/** What is killed. */
export const victims = ['provider', 'connection', 'redis'] as const;
export type Victim = (typeof victims)[number];

export interface KillRunOptions {
  readonly kills: number;
  readonly seed: number;
  /** Which of them, in a random order. */
  readonly victims: readonly Victim[];
}

/** What came of a run. */
export interface KillReport {
  readonly kills: Readonly<Record<Victim, number>>;
  /** Inputs that the requestor sent, and what of them came to its caller. */
  readonly inputs: number;
  readonly lost: number;
  readonly answeredTwice: number;
  readonly outOfOrder: number;
  /** Milliseconds from each kill to the next answer behind those that had been sent before it. */
  readonly recoveryMs: readonly number[];
}

const service = 'kills';
const session = 's';
const providers = 3;
/** Short, so that a run takes seconds; a party that is gone is known to be gone after so long. */
const lease = '500ms';
const window = 8;
/** Answers between two kills. */
const answersBetween = 30;
/** How often a state that must come is looked for; each look takes a program's start. */
const looksMax = 50;
/** Nothing that recovers takes longer. */
const stuckMs = 30_000;

/**
 * One acknowledged session of a requestor in a process of its own, with providers in processes of their own, over a
 * redis-server, while one of them after the other is killed with -9 at random moments. Everything is the program itself:
 * `fxp echo`, and `fxp call - --acknowledge`.
 */
export async function runKills({ kills, seed, victims: which }: KillRunOptions): Promise<KillReport> {
  const prng = seededPrng(seed);
  let redis = await startRedisServer();
  const { port, url } = redis;
  const echoes = await Promise.all(Array.from({ length: providers }, (_, i) => startEcho(url, i)));
  const requestor = new Requestor(url);
  const counts: Record<Victim, number> = { provider: 0, connection: 0, redis: 0 };
  const recoveryMs: number[] = [];
  try {
    for (let kill = 0; kill < kills; kill++) {
      await requestor.answered(requestor.answers.length + prng.int(answersBetween));
      const victim = which[prng.int(which.length)] ?? 'provider';
      counts[victim]++;
      const since = performance.now();
      const sentBefore = requestor.sent;
      let restarting: Promise<unknown> = Promise.resolve();
      if (victim === 'provider') {
        const i = await pickProvider(port, prng);
        await echoes[i]?.exit('SIGKILL');
        restarting = startEcho(url, i).then((echo) => (echoes[i] = echo));
      } else if (victim === 'connection') await killConnection(port, prng);
      else {
        await redis.stop();
        redis = await restart(port);
      }
      await requestor.answered(sentBefore + 1);
      recoveryMs.push(performance.now() - since);
      await restarting;
    }
    const inputs = await requestor.finish();
    return { kills: counts, recoveryMs, ...judge(inputs, requestor.answers) };
  } finally {
    await redis.stop();
  }
}

/** What is left when requestors are killed. */
export interface RequestorKillReport {
  readonly kills: number;
  /** Sessions that providers still serve when all requestors are gone and the leases have lapsed. */
  readonly sessionsLeft: number;
  /** Keys that are there then, and those of them that will never expire. */
  readonly keys: number;
  readonly keysForEver: readonly string[];
}

/**
 * Requestors in the midst of a session are killed with -9, one after the other, and each time the next one opens the same
 * session and is answered.
 */
export async function killRequestors({
  kills,
  seed,
}: Pick<KillRunOptions, 'kills' | 'seed'>): Promise<RequestorKillReport> {
  const prng = seededPrng(seed);
  const redis = await startRedisServer();
  const control = await RedisControl.connect(redis.port);
  try {
    await startEcho(redis.url, 0);
    for (let kill = 0; kill < kills; kill++) {
      const requestor = new Requestor(redis.url);
      await requestor.answered(1 + prng.int(answersBetween));
      await requestor.kill();
    }
    const last = new Requestor(redis.url);
    await last.answered(answersBetween);
    await last.kill();
    let sessionsLeft = Infinity;
    for (let looks = 0; sessionsLeft > 0 && looks < looksMax; looks++) {
      const listed = runFxp(['providers', service, '--redis', redis.url]);
      await listed.exit();
      sessionsLeft = Number(/ (\d+)\/\d+ /.exec(listed.stdout.join('\n'))?.[1] ?? Infinity);
    }
    const keys = (await control.keys()).filter((key) => key.includes(service));
    const keysForEver: string[] = [];
    for (const key of keys) if ((await control.send('TTL', key)) === ':-1') keysForEver.push(key);
    return { kills, sessionsLeft, keys: keys.length, keysForEver };
  } finally {
    control.close();
    await redis.stop();
  }
}

/** What is wrong with the answers to the inputs 1, 2, ... */
export function judge(inputs: number, answers: readonly number[]): Omit<KillReport, 'kills' | 'recoveryMs'> {
  const seen = new Set<number>();
  let answeredTwice = 0;
  let outOfOrder = 0;
  let last = 0;
  for (const answer of answers) {
    if (seen.has(answer)) answeredTwice++;
    else if (answer < last) outOfOrder++;
    seen.add(answer);
    last = Math.max(last, answer);
  }
  return { inputs, lost: inputs - seen.size, answeredTwice, outOfOrder };
}

/** `fxp call - --acknowledge`, fed with numbers as they are answered. */
class Requestor {
  readonly answers: number[] = [];
  sent = 0;
  readonly #program: RunningProgram;
  readonly #waiters = new Set<() => void>();
  #isOver = false;
  #hasEnded = false;

  constructor(url: string) {
    const flags = [
      '--acknowledge',
      '--lease',
      lease,
      '--window',
      `${window}`,
      '--timeout',
      '60s',
      '--claim-timeout',
      '20s',
    ];
    this.#program = runFxp(['call', service, '-', '--id', session, '--redis', url, ...flags], 'pipe');
    this.#program.process.stdout?.on('data', () => setImmediate(() => this.#onOutput()));
    this.#program.process.stdin?.on('error', () => undefined);
    void this.#program.exit().then(() => {
      this.#hasEnded = true;
      this.#onOutput();
    });
    for (let i = 0; i < 2 * window; i++) this.#send();
  }

  /** Resolves when so many answers have come. */
  async answered(count: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const isStuck = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#failure(`no answer ${count} within ${stuckMs} ms`)), stuckMs);
    });
    try {
      while (this.answers.length < count) {
        if (this.#hasEnded) throw this.#failure('it has ended');
        await Promise.race([isStuck, new Promise<void>((resolve) => this.#waiters.add(resolve))]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async kill(): Promise<void> {
    this.#isOver = true;
    await this.#program.exit('SIGKILL');
  }

  /** Sends no more; resolves with how many inputs there were once the last is answered and the program has ended. */
  async finish(): Promise<number> {
    this.#isOver = true;
    this.#program.process.stdin?.end();
    const code = await this.#program.exit();
    if (code !== 0) throw this.#failure(`exit code ${code}`);
    this.#onOutput();
    return this.sent;
  }

  #onOutput(): void {
    const { stdout } = this.#program;
    for (const line of stdout.slice(this.answers.length)) {
      this.answers.push((JSON.parse(line) as { n: number }).n);
      this.#send();
    }
    for (const wake of [...this.#waiters]) wake();
    this.#waiters.clear();
  }

  #send(): void {
    if (this.#isOver) return;
    this.#program.process.stdin?.write(`${JSON.stringify({ n: ++this.sent })}\n`);
  }

  #failure(problem: string): Error {
    const { stderr } = this.#program;
    return new Error(
      `the requestor: ${problem}; ${this.answers.length} of ${this.sent} answered; ${stderr.slice(-5).join(' | ')}`,
    );
  }
}

async function startEcho(url: string, i: number): Promise<RunningProgram> {
  const name = `provider-${i}`;
  const echo = runFxp([
    'echo',
    '--service',
    service,
    '--name',
    name,
    '--redis',
    url,
    '--lease',
    lease,
    '--timeout',
    '60s',
  ]);
  await echo.line('stdout', /^provides /);
  return echo;
}

function runFxp(args: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore'): RunningProgram {
  return runCommand(process.execPath, [join(root, 'apps/fxp/bin/fxp.js'), ...args], {}, root, stdin);
}

/** Mostly the one that serves the session; the others must not be missed either. */
async function pickProvider(port: number, prng: Prng): Promise<number> {
  const any = prng.int(providers);
  if (prng.int(4) === 0) return any;
  const control = await RedisControl.connect(port);
  const claim = await control.send('GET', `${session}__${service}__claim`);
  control.close();
  return Number(/"provider-(\d)"/.exec(claim)?.[1] ?? any);
}

/** Any connection of any of the parties: a blocked pop, a subscription, or one that is shared. */
async function killConnection(port: number, prng: Prng): Promise<void> {
  const control = await RedisControl.connect(port);
  const clients = await control.clients();
  const client = clients[prng.int(Math.max(clients.length, 1))];
  if (client) await control.send('CLIENT', 'KILL', 'ID', client.id);
  control.close();
}

/** The same port again, with nothing in it. */
function restart(port: number): Promise<RedisServer> {
  return startRedisServer({ args: ['--port', `${port}`] });
}
