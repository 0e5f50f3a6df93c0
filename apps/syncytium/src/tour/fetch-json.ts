/** Asks with GET, or POST when there is a body, and gives the answer as JSON text on one line. */
export async function fetchJson(url: string, body?: unknown): Promise<string> {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  return JSON.stringify(await response.json());
}
