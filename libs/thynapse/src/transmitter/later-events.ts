/** Events that are put into frames only when somebody listens to them, or comes back and has missed them. */
export interface LaterEvents {
  readonly count: number;
  /** About what their frames would take. */
  readonly bytes: number;
  /** A frame `J EVNT` for each. */
  frames(): readonly Uint8Array[];
  /** What is kept of them for long; without it, they themselves. */
  readonly source?: EventSource | undefined;
}

/** The frame in which events came, and how they are read from a copy of it. */
export interface EventSource {
  readonly frame: Uint8Array;
  readonly read: FramesReader;
}

/** Makes a frame `J EVNT` of each event. */
export type FramesReader = (source: Uint8Array) => readonly Uint8Array[];
