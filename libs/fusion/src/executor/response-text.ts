import { FusionError } from '../errors.js';
import { responseCharsMax } from '../limits.js';

/** The text of a response as it grows. */
export class ResponseText {
  #text = '';
  readonly #charsMax: number;

  constructor(charsMax = responseCharsMax) {
    this.#charsMax = charsMax;
  }

  /** Throws {@link FusionError} 1503 when the text becomes longer than allowed. */
  add(piece: string): void {
    this.#text += piece;
    if (this.#text.length > this.#charsMax)
      throw new FusionError(1503, `the response is limited to ${this.#charsMax} characters; ask for less`);
  }

  toString(): string {
    return this.#text;
  }
}
