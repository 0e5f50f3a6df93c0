import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { FileError } from '../errors.js';
import { parseEvent, parseHeader, type RecordedEvent, type RecordingHeader } from './recording-line.js';

/** A recording as it is read. */
export interface Recording {
  readonly header: RecordingHeader;
  /** What was said, in its order; to be taken once. */
  readonly events: AsyncIterable<RecordedEvent>;
}

/** Reads a file that `fxp record` has written. Throws `FileError`, `BadLineError`. */
export async function readRecording(file: string): Promise<Recording> {
  const stream = createReadStream(file);
  const lines = createInterface({ input: stream, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<string, unknown>> => {
    try {
      return await lines.next();
    } catch (error) {
      throw new FileError('read', file, error);
    }
  };
  const first = await next();
  const header = parseHeader(first.done === true ? '' : first.value, file);
  const events = async function* (): AsyncGenerator<RecordedEvent, void> {
    for (let number = 2; ; number++) {
      const line = await next();
      if (line.done === true) return;
      if (line.value.trim() !== '') yield parseEvent(line.value, number, file);
    }
  };
  return { header, events: events() };
}
