import type { DealerSocket, RouterSocket } from '@syncytium/transport';
import { zeromqSockets } from '@syncytium/transport/zeromq';
import { requirePeer } from '../bench-peers.js';
import type { BenchEntry, Contender, Sample } from '../entry.js';
import { packageVersion } from '../package-version.js';
import { withCpu } from '../with-cpu.js';
import { oneAtATime, type Zeromq } from '../zeromq-sockets.js';

const anyAddress = 'tcp://127.0.0.1:0';
const inFlight = 64;
const message = Buffer.alloc(100);

/** An echo: both ends of a line in this process. */
interface Echo {
  /** Sends a message, which comes back. */
  send(): void;
  close(): Promise<void>;
}

/** Dealer and router of ours, each behind a bounded queue, and the same two of the package that they are made with. */
export const transportZeromq: BenchEntry = {
  name: 'transport/zeromq',
  question: `how many messages of ${message.length} bytes a second does a router send back to a dealer, with ${inFlight} under way?`,
  unit: 'messages',
  prepare: async () => {
    const zeromq = packageVersion('zeromq');
    return [
      await contender('transport/zeromq', 'ours', startOurs, { zeromq }),
      await contender('zeromq', 'limit', startBare, { zeromq }),
    ];
  },
};

async function contender(
  name: string,
  role: Contender['role'],
  start: (onBack: () => void) => Promise<Echo>,
  versions: Contender['versions'] & object,
): Promise<Contender> {
  let onBack = (): void => undefined;
  const echo = await start(() => onBack());
  const run = (seconds: number): Promise<Sample> =>
    withCpu(
      () =>
        new Promise((resolve) => {
          const began = performance.now();
          let operations = 0;
          let underWay = inFlight;
          onBack = () => {
            operations++;
            const elapsed = (performance.now() - began) / 1000;
            if (elapsed < seconds) echo.send();
            else if (--underWay === 0) resolve({ operations, seconds: elapsed });
          };
          for (let i = 0; i < inFlight; i++) echo.send();
        }),
    );
  return { name, role, versions, run, close: () => echo.close() };
}

async function startOurs(onBack: () => void): Promise<Echo> {
  const sockets = zeromqSockets();
  const router: RouterSocket = sockets.router({ onMessage: (from, frames) => router.send(from, frames) });
  const dealer: DealerSocket = sockets.dealer({ onMessage: onBack });
  dealer.connect(await router.bind(anyAddress));
  return {
    send: () => dealer.send([message]),
    close: async () => {
      await dealer.close();
      await router.close();
    },
  };
}

async function startBare(onBack: () => void): Promise<Echo> {
  const { Dealer, Router } = requirePeer('zeromq') as Zeromq;
  const router = new Router();
  await router.bind(anyAddress);
  const dealer = new Dealer();
  dealer.connect(router.lastEndpoint ?? '');
  void untilClosed(async () => router.send(await router.receive()));
  void untilClosed(async () => {
    await dealer.receive();
    onBack();
  });
  return {
    send: oneAtATime(() => dealer.send([message])),
    close: () => {
      dealer.close();
      router.close();
      return Promise.resolve();
    },
  };
}

/** A receive that waits ends with an error when its socket is closed. */
async function untilClosed(work: () => Promise<void>): Promise<void> {
  try {
    for (;;) await work();
  } catch {
    // The round is over.
  }
}
