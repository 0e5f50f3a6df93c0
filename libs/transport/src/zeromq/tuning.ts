/** Tries again soon, then less and less often: a transmitter that is back is found within half a second. */
export const reconnectOptions = { reconnectInterval: 50, reconnectMaxInterval: 500 } as const;

/** Messages that ØMQ holds below our own outbox; more would only hide that a peer does not keep up. */
export function queueOf(sendQueueMax: number): number {
  return Math.min(sendQueueMax, 1000);
}

/** `ZMQ_ROUTER_NOTIFY` with `ZMQ_NOTIFY_DISCONNECT`, which zeromq.js has no name for. */
export const routerNotify = { option: 97, disconnect: 2 } as const;
