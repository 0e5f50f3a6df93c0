/** A cell that moves may be known at two transmitters for a while. */
export function cellKey(id: string, via: string | undefined): string {
  return via === undefined ? id : `${id} ${via}`;
}
