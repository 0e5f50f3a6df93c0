import type { Clock, Log, LogFields } from '@syncytium/kit';

/** The same warning is written at most this often. */
const everyMs = 10_000;

/** Different warnings that are told apart; beyond, whoever makes them up is one. */
const kindsMax = 100;

interface Kind {
  saidMs: number;
  unsaid: number;
}

/**
 * A log that a stranger cannot flood: who is refused tries again at once and for ever. Of warnings with the same message,
 * the same error and the same public key, one in ten seconds is written, with the number of those `unsaid` before it.
 */
export function calmLog(log: Log, clock: Clock): Log {
  const kinds = new Map<string, Kind>();
  const warn = (message: string, fields: LogFields = {}): void => {
    const { err, publicKey } = fields;
    const wanted = [message, err instanceof Error ? err.message : '', String(publicKey)].join('\n');
    const name = kinds.has(wanted) || kinds.size < kindsMax ? wanted : '';
    const now = clock.now();
    const kind = kinds.get(name);
    if (kind && now - kind.saidMs < everyMs) {
      kind.unsaid++;
      return;
    }
    log.warn(message, kind && kind.unsaid > 0 ? { ...fields, unsaid: kind.unsaid } : fields);
    // The oldest are the first.
    kinds.delete(name);
    kinds.set(name, { saidMs: now, unsaid: 0 });
    for (const [old, { saidMs }] of kinds) {
      if (now - saidMs < everyMs) break;
      kinds.delete(old);
    }
  };
  return {
    debug: (message, fields) => log.debug(message, fields),
    info: (message, fields) => log.info(message, fields),
    warn,
    error: (message, fields) => log.error(message, fields),
    child: (fields) => calmLog(log.child(fields), clock),
  };
}
