import type { Socket } from 'zeromq';

/** An outbox. */
export interface Sending {
  /** Resolves when everything that was queued is with ØMQ. */
  idle(): Promise<void>;
  /** Drops what is queued and sends nothing more. */
  stop(): void;
}

interface Closable {
  readonly socket: Socket;
  readonly sending?: Sending;
  /** Settles when nothing uses the socket any more. */
  readonly ended: Promise<unknown>;
}

/** Lets the outbox empty itself for at most `lingerMs`, then closes; ØMQ goes on sending for what is left of that time. */
export async function closeSocket({ socket, sending, ended }: Closable, lingerMs: number): Promise<void> {
  const untilMs = performance.now() + lingerMs;
  if (sending && lingerMs > 0) await atMost(lingerMs, sending.idle());
  sending?.stop();
  socket.linger = Math.max(0, Math.round(untilMs - performance.now()));
  socket.close();
  await ended;
}

function atMost(ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
