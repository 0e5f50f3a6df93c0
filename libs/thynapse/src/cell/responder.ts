/** How a handler answers the event it was given. The first answer counts. */
export interface Responder {
  /** Handled; publishes `<service>::<channel>::success`. `false` when it was answered before. */
  success(data?: unknown): boolean;
  /**
   * Not handled: the event is given again, to any cell of the service, until it was failed too often; then
   * `<service>::<channel>::failure` is published. With `final`, at once. `false` when it was answered before.
   */
  failure(reason: unknown, options?: { readonly final?: boolean }): boolean;
}

/** Longest reason that travels. */
const reasonLengthMax = 4096;

/** Why something failed, in words that may travel. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text === '' ? 'no reason given' : text.slice(0, reasonLengthMax);
}
