import type { ResponsePiece } from '../ingest/response-pieces.js';
import type { Answer } from './answer.js';
import type { LentPiece } from './crew.js';
import type { JobSource } from './job.js';

/** Pieces of a long query are read one at a time, each in about a millisecond. */
const pieceBytes = 256 * 1024;

/** Pieces that are being read: the next are at hand when one is done, but what else waits is not held up by more. */
const underWayMax = 4;

/** Bytes of pieces that wait to be read, at which no more should come, and those at which more may. */
const waitingBytesMax = 8 * 2 ** 20;
const waitingBytesLow = waitingBytesMax / 2;

export interface LongQueryOptions {
  /** Counts the queries of an engine. */
  readonly number: number;
  readonly source: JobSource;
  /** Reads the next piece, which is lent until {@link LongQuery.onRead} is called; that is for each, in their order. */
  readonly read: (query: LongQuery, piece: Uint8Array, isLast: boolean) => void;
  readonly respond: (answer: Answer) => void;
  /** More pieces may come. */
  readonly onDrain: () => void;
  /** When its first bytes came, in milliseconds of the engine's clock. */
  readonly receivedAt: number;
}

/** A query on its way to be read while it still comes: gathers pieces and hands them on, a few at a time. */
export class LongQuery {
  readonly options: LongQueryOptions;
  /** How many bytes have come. */
  size = 0;
  /** Whether all of it has come. */
  isEnded = false;
  /** Whether it has been answered, or is not wanted any more: nothing more of it is read. */
  isAnswered = false;
  #isStarted = false;
  #isFull = false;
  #waitingBytes = 0;
  #pieces: Uint8Array[] = [];
  #piece: Uint8Array = noPiece;
  #pieceLength = 0;
  /** The memory of pieces that are being read, in their order, and that of pieces to come. */
  readonly #lent: Uint8Array[] = [];
  readonly #free: Uint8Array[] = [];
  /** The leases of pieces of the response that are not needed any more. */
  #returned = 0;

  constructor(options: LongQueryOptions) {
    this.options = options;
  }

  /** `STORE #18 of ws 127.0.0.1:50412`: nothing else is read in pieces. */
  get label(): string {
    const { number, source } = this.options;
    return `STORE #${number} of ${source.name}`;
  }

  /** Takes the next bytes, of which it makes a copy; `false` when so many wait that no more should come until `onDrain`. */
  push(bytes: Uint8Array): boolean {
    if (this.isAnswered) return true;
    this.size += bytes.length;
    for (let at = 0; at < bytes.length;) {
      if (this.#pieceLength === this.#piece.length) {
        this.#finishPiece();
        this.#piece = this.#free.pop() ?? newPiece();
      }
      const end = Math.min(bytes.length, at + this.#piece.length - this.#pieceLength);
      this.#piece.set(bytes.subarray(at, end), this.#pieceLength);
      this.#pieceLength += end - at;
      at = end;
    }
    this.#handOn();
    this.#isFull ||= this.#waitingBytes >= waitingBytesMax;
    return !this.#isFull;
  }

  /** All of it has come. */
  end(): void {
    this.isEnded = true;
    if (this.isAnswered) return;
    this.#finishPiece(true);
    this.#handOn();
  }

  /** It may be read now. */
  start(): void {
    this.#isStarted = true;
    this.#handOn();
  }

  /** It is answered, whether all of it has come or not. */
  settle(): void {
    this.isAnswered = true;
    this.#pieces = [];
    this.#free.length = 0;
    this.#waitingBytes = 0;
    this.#drain();
  }

  /** A piece has been read. */
  onRead(): void {
    const piece = this.#lent.shift();
    if (piece && !this.isAnswered) this.#free.push(piece);
    this.#handOn();
    this.#drain();
  }

  /** A piece of its response, for whoever sends it. */
  lend({ bytes, lease }: ResponsePiece): LentPiece {
    return { bytes, release: () => void (this.#returned |= lease) };
  }

  /** The leases of pieces that were released since the last time. */
  takeReturned(): number {
    const returned = this.#returned;
    this.#returned = 0;
    return returned;
  }

  #drain(): void {
    if (!this.#isFull || this.#waitingBytes > waitingBytesLow) return;
    this.#isFull = false;
    this.options.onDrain();
  }

  #finishPiece(isLast = false): void {
    if (this.#pieceLength > 0 || isLast) this.#pieces.push(this.#piece.subarray(0, this.#pieceLength));
    this.#waitingBytes += this.#pieceLength;
    this.#piece = noPiece;
    this.#pieceLength = 0;
  }

  #handOn(): void {
    while (this.#isStarted && this.#lent.length < underWayMax) {
      const piece = this.#pieces.shift();
      if (!piece) return;
      this.#waitingBytes -= piece.length;
      this.#lent.push(wholeOf(piece));
      this.options.read(this, piece, this.isEnded && this.#pieces.length === 0);
    }
  }
}

const noPiece = new Uint8Array(0);

/**
 * Memory that another thread reads where it is. The same few pieces serve for all of a query: new ones for each, which are
 * zeroed, touched for the first time and collected, would take longer than to fill them.
 */
function newPiece(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(pieceBytes));
}

/** All the memory of which a piece is the beginning. */
function wholeOf({ buffer }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer);
}
