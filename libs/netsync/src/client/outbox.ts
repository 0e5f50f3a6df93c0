/** Most messages in one; a server takes no more. */
const batchMax = 1000;
/** Most UTF-16 units of several messages in one: in UTF-8 they fit into what every server takes. */
const lengthMax = 16 * 1024;

/** Messages of a client on their way: those of one turn of the event loop leave as one array, a single one as it is. */
export class Outbox {
  readonly #send: (text: string) => void;
  #texts: string[] = [];
  #length = 0;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  push(message: unknown): void {
    const text = JSON.stringify(message);
    if (this.#texts.length >= batchMax || this.#length + text.length > lengthMax) this.#flush();
    if (this.#texts.length === 0) process.nextTick(this.#flush);
    this.#length += text.length;
    this.#texts.push(text);
  }

  readonly #flush = (): void => {
    const texts = this.#texts;
    if (texts.length === 0) return;
    this.#texts = [];
    this.#length = 0;
    this.#send(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(',')}]`);
  };
}
