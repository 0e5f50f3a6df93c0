/** Which event of which transmitter: `n` is its number among all events that the one with id `origin` accepted. */
export interface Position {
  readonly origin: string;
  readonly n: number;
}

/** Up to which event of each transmitter everything is known. */
export type Positions = Readonly<Record<string, number>>;
