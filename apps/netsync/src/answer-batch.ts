/** A batch is sent when it has grown to as many UTF-16 units, whatever may come yet. */
const lengthMax = 64 * 1024;

/**
 * Answers on their way to one client. Those of one turn of the event loop leave as one array, once the client has shown
 * that it knows arrays: many programs read one message sooner than many.
 */
export class AnswerBatch {
  readonly #send: (text: string) => void;
  #isBatching = false;
  #texts = '';

  /** `send` sends one message. */
  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  startBatching(): void {
    this.#isBatching = true;
  }

  /** Sends an answer at the end of the turn, in the order of the calls. */
  send(text: string): void {
    if (!this.#isBatching) {
      this.#send(text);
      return;
    }
    if (this.#texts === '') {
      this.#texts = text;
      process.nextTick(this.#flush);
    } else {
      this.#texts += `,${text}`;
    }
    if (this.#texts.length >= lengthMax) this.#flush();
  }

  /** Sends an answer behind all others, while there is a connection for certain. */
  sendNow(text: string): void {
    this.send(text);
    this.#flush();
  }

  readonly #flush = (): void => {
    if (this.#texts === '') return;
    const texts = this.#texts;
    this.#texts = '';
    this.#send(`[${texts}]`);
  };
}
