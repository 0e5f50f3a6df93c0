import { LoadFileError } from './load-file-error.js';
import { ObjectPieces } from './object-pieces.js';
import { isWhiteSpace, newline, openBrace, type ObjectReader, type ObjectSink } from './object-reader.js';
import { ObjectScanner } from './object-scanner.js';

/** Reads files of one object a line (NDJSON). Empty lines are passed over; a line that is wrong costs only itself. */
export class LineReader implements ObjectReader {
  readonly #sink: ObjectSink;
  readonly #scanner = new ObjectScanner();
  /** The line that is not complete yet. */
  readonly #pieces = new ObjectPieces();
  #line = 1;

  constructor(sink: ObjectSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#pieces.add(chunk.subarray(from, end), this.#line);
      this.#finishLine();
      from = end + 1;
    }
    this.#pieces.add(chunk.subarray(from), this.#line);
  }

  end(): void {
    this.#finishLine();
  }

  #finishLine(): void {
    this.#readLine(trim(this.#pieces.take()));
    this.#line++;
  }

  #readLine(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const problem = this.#problemOf(bytes);
    if (problem === undefined) this.#sink.object(bytes, this.#line);
    else this.#sink.notAnObject(this.#line, problem);
  }

  #problemOf(bytes: Buffer): string | undefined {
    if (bytes[0] !== openBrace) return 'an object is expected';
    this.#scanner.reset();
    try {
      const end = this.#scanner.scan(bytes, 0, this.#line);
      if (end < 0) return 'the object does not end on its line';
      return end < bytes.length ? 'there is more behind the object' : undefined;
    } catch (error) {
      if (error instanceof LoadFileError) return error.problem;
      throw error;
    }
  }
}

function trim(bytes: Buffer): Buffer {
  let [from, to] = [0, bytes.length];
  while (from < to && isWhiteSpace(bytes[from])) from++;
  while (from < to && isWhiteSpace(bytes[to - 1])) to--;
  return bytes.subarray(from, to);
}
