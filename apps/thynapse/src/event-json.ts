import type { ThynapseEvent } from '@syncytium/thynapse';

/** A whole event as JSON, in one line: bytes, which JSON does not carry, as their base64 text and with `base64`. */
export function eventJson(event: ThynapseEvent): string {
  const { id, data } = event;
  if (!(data instanceof Uint8Array)) return JSON.stringify(event);
  return JSON.stringify(Object.assign({ id }, event, { data: base64(data), base64: true }));
}

/** Its data alone as JSON; bytes as `{"base64":TEXT}`. `undefined` where it has none. */
export function dataJson({ data }: ThynapseEvent): string | undefined {
  return data instanceof Uint8Array ? JSON.stringify({ base64: base64(data) }) : JSON.stringify(data);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
