import { Envelope } from './envelope.js';
import { LoadFileError } from './load-file-error.js';
import { ObjectPieces } from './object-pieces.js';
import { isWhiteSpace, newline, openBrace, type ObjectReader, type ObjectSink } from './object-reader.js';
import { ObjectScanner } from './object-scanner.js';

const [comma, closeBracket] = [0x2c, 0x5d];

/** What comes next in the file: before, within and behind the array of objects. */
type Expected = 'head' | 'object or end' | 'object' | 'rest of object' | 'comma or end' | 'tail';

/** Reads files that are one array of objects or one STORE query. */
export class JsonReader implements ObjectReader {
  readonly #sink: ObjectSink;
  readonly #scanner = new ObjectScanner();
  readonly #envelope = new Envelope();
  #expected: Expected = 'head';
  #line = 1;
  /** The object that is not complete yet. */
  readonly #pieces = new ObjectPieces();

  constructor(sink: ObjectSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#expected === 'head') at = this.#readHead(chunk);
      else if (this.#expected === 'rest of object') at = this.#readObject(chunk, at);
      else if (this.#expected === 'tail') at = this.#readTail(chunk, at);
      else at = this.#readBetween(chunk, at);
    }
  }

  end(): void {
    if (this.#expected !== 'tail') throw new LoadFileError(this.#line, 'the file ends before its objects do');
    this.#envelope.end(this.#line);
  }

  #readHead(chunk: Buffer): number {
    const end = this.#envelope.pushHead(chunk);
    if (end < 0) return chunk.length;
    this.#line += this.#envelope.newlines;
    this.#expected = 'object or end';
    this.#sink.classOf(this.#envelope.classNamed);
    return end;
  }

  #readBetween(chunk: Buffer, at: number): number {
    const byte = chunk[at];
    if (isWhiteSpace(byte)) {
      if (byte === newline) this.#line++;
    } else if (byte === openBrace && this.#expected !== 'comma or end') {
      this.#scanner.reset();
      this.#expected = 'rest of object';
      return at;
    } else if (byte === comma && this.#expected === 'comma or end') {
      this.#expected = 'object';
    } else if (byte === closeBracket && this.#expected !== 'object') {
      this.#expected = 'tail';
      return at;
    } else {
      const wanted = this.#expected === 'comma or end' ? 'a comma, or the end of the array,' : 'an object';
      throw new LoadFileError(this.#line, `${wanted} is expected`);
    }
    return at + 1;
  }

  #readObject(chunk: Buffer, at: number): number {
    const end = this.#scanner.scan(chunk, at, this.#line);
    this.#pieces.add(chunk.subarray(at, end < 0 ? undefined : end), this.#line);
    if (end < 0) return chunk.length;
    this.#sink.object(this.#pieces.take(), this.#line);
    this.#line += this.#scanner.newlines;
    this.#expected = 'comma or end';
    return end;
  }

  #readTail(chunk: Buffer, at: number): number {
    this.#envelope.pushTail(chunk.subarray(at));
    return chunk.length;
  }
}
