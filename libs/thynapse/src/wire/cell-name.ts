/** One cell of a service, as whoever asks all of them counts it. */
export interface AskedCell {
  /** THID. */
  readonly id: string;
  readonly service: string;
}

/** How people see a cell: `mail/3fa9c1d2`. */
export function cellName(service: string, id: string): string {
  return `${service}/${id.slice(0, 8)}`;
}
