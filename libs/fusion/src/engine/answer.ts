/** What an interface gives back for a query. */
export interface Answer {
  /** Whether the query failed, which REST says by its status. */
  readonly hasFailed: boolean;
  /** Whether it failed only because the engine is too busy or stopping: trying again later may help. */
  readonly isRefused: boolean;
  /** The response, JSON in UTF-8, or the next part of it; `undefined` when the query wanted none. */
  readonly bytes: Uint8Array | undefined;
  /**
   * More of the response is to come, which happens only to connections that take parts. Should it fail in the middle, the
   * last answer is an error that does not follow the parts but takes their place.
   */
  readonly isPart?: boolean;
  /** To be called when a part has been sent, so that its memory can be used again; it is good until then. */
  readonly release?: () => void;
}

/** Makes one answer of those that come in parts. */
export function joinParts(respond: (answer: Answer) => void): (answer: Answer) => void {
  const parts: Uint8Array[] = [];
  return (answer) => {
    if (answer.isPart === true && answer.bytes) parts.push(answer.bytes);
    else if (answer.hasFailed || !answer.bytes || parts.length === 0) respond(answer);
    else respond({ ...answer, bytes: Buffer.concat([...parts.splice(0), answer.bytes]) });
  };
}
