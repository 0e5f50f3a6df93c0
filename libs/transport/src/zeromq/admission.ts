import { Reply } from 'zeromq';
import { InternalError } from '@syncytium/kit';
import { z85Encode } from './z85.js';

/** Where ØMQ asks, within the process, whether a peer may connect (ØMQ RFC 27). */
const address = 'inproc://zeromq.zap.01';
const version = '1.0';

type Decide = (publicKey: string) => boolean;

/** Decisions by domain; every socket with an allow-list has a domain of its own. */
const decisions = new Map<string, Decide>();
let desk: Desk | undefined;
/** Settles when the last desk has left its place. */
let cleared: Promise<void> = Promise.resolve();
let domainsMade = 0;

interface Desk {
  readonly socket: Reply;
  readonly ended: Promise<void>;
}

/** The allow-list of one socket. */
export interface Admission {
  readonly domain: string;
  /** To be called when the socket is closed. */
  release(): void;
}

/**
 * Lets `decide` judge the CURVE public key of whoever connects to the socket that carries the returned domain. ØMQ has
 * one place for such questions per process; where other code holds it already, this throws {@link InternalError}.
 */
export async function openAdmission(decide: Decide): Promise<Admission> {
  await cleared;
  desk ??= openDesk();
  const domain = `syncytium-${++domainsMade}`;
  decisions.set(domain, decide);
  return {
    domain,
    release() {
      decisions.delete(domain);
      if (decisions.size > 0 || !desk) return;
      cleared = desk.ended;
      desk.socket.close();
      desk = undefined;
    },
  };
}

function openDesk(): Desk {
  const socket = new Reply({ linger: 0 });
  const ended = untilGone(socket);
  try {
    socket.bindSync(address);
  } catch (cause) {
    socket.close();
    throw new InternalError('an allow-list needs the process-wide ØMQ authentication, which other code uses already', {
      cause,
    });
  }
  void answerAll(socket);
  return { socket, ended };
}

/** ØMQ frees an address some time after its socket was closed, and then the socket's events end. */
async function untilGone(socket: Reply): Promise<void> {
  for await (const event of socket.events) if (event.type === 'end') return;
}

async function answerAll(socket: Reply): Promise<void> {
  while (!socket.closed) {
    try {
      const [, requestId = Buffer.alloc(0), domain, , , mechanism, credential] = await socket.receive();
      const admitted = mayEnter(domain?.toString() ?? '', mechanism?.toString() ?? '', credential);
      const [status, text] = admitted ? ['200', 'OK'] : ['400', 'key is not on the allow-list'];
      await socket.send([version, requestId, status, text, '', '']);
    } catch {
      // The desk was closed while it waited; a request that cannot be answered ends as a refused handshake.
    }
  }
}

/** Sockets without a domain are not ours to judge: they are let in, as they are when nobody is asked. */
function mayEnter(domain: string, mechanism: string, credential: Uint8Array | undefined): boolean {
  if (domain === '') return true;
  const decide = decisions.get(domain);
  if (!decide || mechanism !== 'CURVE' || credential?.length !== 32) return false;
  try {
    return decide(z85Encode(credential));
  } catch {
    // A list that cannot be read lets nobody in.
    return false;
  }
}
