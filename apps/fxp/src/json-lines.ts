import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { JsonObject } from '@syncytium/fxp';
import { BadLineError } from './errors.js';
import { parseJsonObject } from './json-object.js';

/** Longest line that an error shows, in characters. */
const shownMax = 80;

/**
 * The JSON objects of a stream, one in each line; empty lines are skipped. Throws {@link BadLineError} with the number of
 * a line that is none. `what` is the stream's name for people.
 */
export async function* jsonLines(stream: Readable, what: string): AsyncGenerator<JsonObject, void> {
  let number = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === '') continue;
    const object = parseJsonObject(line);
    if (!object) throw new BadLineError(what, number, `is no JSON object: ${line.slice(0, shownMax)}`);
    yield object;
  }
}
