import type { SyncParams } from '@syncytium/netsync';
import { countOf } from './read-request.js';

/**
 * Parameters of `/event` from a query as most write it: known names, spelled out, each once, each with a value. `undefined`
 * for any other, which the framework's parser has to read. What both can read, they read alike.
 */
export function readPlainQuery(query: string): SyncParams | undefined {
  let event, actor, payload, mates, labels, selector, timeout: string | undefined;
  for (let begin = 0, end; begin <= query.length; begin = end + 1) {
    end = query.indexOf('&', begin);
    if (end < 0) end = query.length;
    const equals = query.indexOf('=', begin);
    if (equals < 0 || equals > end) return undefined;
    const value = decoded(query.slice(equals + 1, end));
    if (value === undefined) return undefined;
    switch (query.slice(begin, equals)) {
      case 'event':
        if (event !== undefined) return undefined;
        event = value;
        break;
      case 'actor':
        if (actor !== undefined) return undefined;
        actor = value;
        break;
      case 'payload':
        if (payload !== undefined) return undefined;
        payload = value;
        break;
      case 'mates':
        if (mates !== undefined) return undefined;
        mates = value;
        break;
      case 'labels':
        if (labels !== undefined) return undefined;
        labels = value;
        break;
      case 'selector':
        if (selector !== undefined) return undefined;
        selector = value;
        break;
      case 'timeout':
        if (timeout !== undefined) return undefined;
        timeout = value;
        break;
      default:
        return undefined;
    }
  }
  // The library checks what is missing, and the types.
  return { event, actor, payload, mates: countOf('mates', mates), labels, selector, timeout } as unknown as SyncParams;
}

/** A value without its percent signs and pluses; `undefined` when it is not well-formed. */
function decoded(value: string): string | undefined {
  const isPlain = !value.includes('%') && !value.includes('+');
  if (isPlain) return value;
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
