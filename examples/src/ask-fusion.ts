/** Asks a Fusion at its REST address; throws with its answer when it refuses. */
export async function askFusion<Answer>(rest: string, query: object): Promise<Answer> {
  const response = await fetch(rest, { method: 'POST', body: JSON.stringify(query) });
  const text = await response.text();
  if (!response.ok) throw new Error(`fusion refused ${JSON.stringify(query)}: ${text}`);
  // It has nothing to say where a query asks for no answer.
  return JSON.parse(text || '{}') as Answer;
}
