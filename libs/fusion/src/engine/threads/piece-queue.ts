import type { LongQuery } from '../long-query.js';
import { piecesInHandMax } from './worker-protocol.js';

/** The next piece of a long query; without one, the query is to be given up. */
export interface PieceRequest {
  readonly query: LongQuery;
  readonly piece?: Uint8Array;
  readonly isLast?: boolean;
}

/** What is to be read of long queries, of which the thread that reads has little in hand, so that it holds up nobody. */
export class PieceQueue {
  readonly #give: (request: PieceRequest) => void;
  #waiting: PieceRequest[] = [];
  #inHand = 0;

  constructor(give: (request: PieceRequest) => void) {
    this.#give = give;
  }

  push(request: PieceRequest): void {
    this.#waiting.push(request);
    this.#handOn();
  }

  /** One has been answered. */
  onAnswered(): void {
    this.#inHand--;
    this.#handOn();
  }

  /** Forgets everything. */
  clear(): void {
    this.#waiting = [];
    this.#inHand = 0;
  }

  #handOn(): void {
    while (this.#inHand < piecesInHandMax) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#inHand++;
      this.#give(next);
    }
  }
}
