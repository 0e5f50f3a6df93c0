/** Events that are put into frames only when somebody listens to them, or comes back and has missed them. */
export interface LaterEvents {
  readonly count: number;
  /** About what their frames would take. */
  readonly bytes: number;
  /** A frame `J EVNT` for each. */
  frames(): readonly Uint8Array[];
}
