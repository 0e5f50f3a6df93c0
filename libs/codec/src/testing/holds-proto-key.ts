/** Whether a value of JSON has a key that encodings refuse. */
export function holdsProtoKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key === '__proto__' || holdsProtoKey(inner));
}
