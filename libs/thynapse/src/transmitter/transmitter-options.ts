/** What a transmitter is told once; times in milliseconds. */
export interface TransmitterOptions {
  /** Its THID. */
  readonly id: string;
  /** The address of its event socket, as cells reach it. */
  readonly pub: string;
  /** The address of its command socket, as cells reach it; empty where they need not know. */
  readonly command: string;
  /** How often a line should carry something; three times this long without anything, and a catching cell is lost. */
  readonly heartbeatMs: number;
  /** How often a service may fail an event before it is a dead letter. */
  readonly attempts: number;
  /** How many cells may be lost with one event in hand before it is taken for the cause and is a dead letter. */
  readonly lossesMax: number;
  /** Pause after the first failure; twice as long after each further one. */
  readonly retryDelayMs: number;
  /** How long tasks of a service without any cell are kept. */
  readonly orphanMs: number;
  readonly cellsMax: number;
  readonly patternsPerCellMax: number;
  /** Most tasks at once, waiting and in flight together. */
  readonly tasksMax: number;
  /** How many ended events are remembered, so that a repeat is not handled again. */
  readonly rememberedMax: number;
  /** Entries of each transmitter that are kept for others that come back. */
  readonly entriesKept: number;
  /** How many of the remembered ones keep their answers, so that a repeated request is answered again. */
  readonly answersMax: number;
  /** Most bytes of those answers. */
  readonly answersBytesMax: number;
}

export const transmitterDefaults = {
  command: '',
  heartbeatMs: 2000,
  attempts: 3,
  lossesMax: 10,
  retryDelayMs: 100,
  orphanMs: 60_000,
  cellsMax: 10_000,
  patternsPerCellMax: 10_000,
  tasksMax: 100_000,
  rememberedMax: 100_000,
  entriesKept: 10_000,
  answersMax: 10_000,
  answersBytesMax: 64 * 1024 * 1024,
} as const satisfies Omit<TransmitterOptions, 'id' | 'pub'>;
