import { ReplyError } from '../errors.js';
import * as texts from '../reply-texts.js';
import type { RespSession } from '../resp-session.js';

/** Names a client; an empty name takes its name away. It is part of a line of words, so it has no spaces. */
export function setClientName(client: RespSession, name: string): void {
  if (!/^[!-~]*$/.test(name)) throw new ReplyError(texts.badClientName);
  client.name = name;
}
