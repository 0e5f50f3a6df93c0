import {
  messageIdLengthMax,
  ParamError,
  type CancelMessage,
  type ClientMessage,
  type MessageId,
} from '@syncytium/netsync';
import { BadJsonError, parseJsonBody } from '@syncytium/transport/http';
import { BadMessageError, UnknownParamError } from './errors.js';
import { readPlainMessage } from './read-plain-message.js';
import { eventVocabulary } from './read-request.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** The value in a message. Throws {@link BadMessageError}. */
export function readMessage(data: Buffer, isBinary: boolean): unknown {
  if (isBinary) throw new BadMessageError('binary, not text');
  return parse(data);
}

/** One message, by itself or out of an array. Throws {@link BadMessageError}. */
export function readObject(value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new BadMessageError('not a JSON object');
}

/** The id under which a message wants to be answered; `undefined` when it has none that can be used. */
export function idOf(id: unknown): MessageId | undefined {
  if (typeof id === 'number') return Number.isSafeInteger(id) ? id : undefined;
  return typeof id === 'string' && id.length > 0 && id.length <= messageIdLengthMax ? id : undefined;
}

/** Checks the names in a message; the library checks the values. Throws `UnknownParamError` and `ParamError`. */
export function checkMessage(message: JsonObject): asserts message is JsonObject & ClientMessage {
  const param = message['cancel'] === undefined ? 'id' : 'cancel';
  if (message[param] === undefined) throw new ParamError('missing_param', param, 'is required');
  if (idOf(message[param]) === undefined)
    throw new ParamError(
      'bad_param',
      param,
      `must be a whole number or a text of 1 to ${messageIdLengthMax} characters`,
    );
  for (const name in message) {
    if (name === param || (param === 'id' && Object.hasOwn(eventVocabulary.names, name))) continue;
    throw new UnknownParamError(name, param === 'id' ? ['id', ...Object.keys(eventVocabulary.names)] : ['cancel']);
  }
}

export function isCancel(message: ClientMessage): message is CancelMessage {
  return 'cancel' in message;
}

/** Escapes can say more than a message may carry, such as half a character, so only a text without them is read fast. */
function parse(data: Buffer): unknown {
  const text = data.toString();
  const plain = readPlainMessage(text);
  if (plain) return plain;
  if (!text.includes('\\u')) {
    try {
      return JSON.parse(text);
    } catch {
      // What is wrong with it is told below.
    }
  }
  try {
    return parseJsonBody(data);
  } catch (error) {
    if (!(error instanceof BadJsonError)) throw error;
    throw new BadMessageError(error.message.replace(/^the body is /, ''), error.details);
  }
}
