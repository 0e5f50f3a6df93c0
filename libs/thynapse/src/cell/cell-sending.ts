import { requestContents, requestFrame } from '../wire/requests.js';
import { askedMode, commands, fullFrameBytes } from '../wire/wire.js';
import { doneFrame, packDones, packRequests } from './cell-packing.js';
import { frameOf, send } from './cell-saying.js';
import type { CellInput, CellOutput, CellState, Outstanding } from './cell-state.js';

type Outputs = CellOutput[];

interface Submitted extends Pick<Extract<CellInput, { type: 'emit' }>, 'confirm' | 'answer' | 'gathering'> {
  readonly isEvent?: boolean;
}

export function submit(
  state: CellState,
  id: string,
  said: Outstanding['said'],
  { isEvent = true, confirm, answer, gathering }: Submitted,
  now: number,
  outputs: Outputs,
): void {
  const { outstandingMax } = state.options;
  if (state.outstanding.size >= outstandingMax) {
    const message = `a cell waits for at most ${outstandingMax} confirmations and answers at once`;
    outputs.push({ type: 'refused', id, code: 'busy', message });
    return;
  }
  const outstanding = {
    said,
    isEvent,
    needsConfirmation: confirm,
    needsAnswer: answer,
    gathering,
    isConfirmed: false,
    together: undefined,
  };
  state.outstanding.set(id, outstanding);
  if (state.phase !== 'welcome') return;
  // What nobody waits for may as well find nobody.
  if (state.kept && isEvent && (confirm || answer)) state.kept.ids.push(id);
  else pass(state, id, outstanding, now, outputs);
}

export function pass(state: CellState, id: string, outstanding: Outstanding, now: number, outputs: Outputs): void {
  const { said } = outstanding;
  if (said instanceof Uint8Array) {
    // What was said before goes before.
    flushPacked(state, now, outputs);
    send(state, said, now, outputs);
  } else if (state.welcome?.packed) {
    state.asking.push(said);
    notePacked(state, said, now, outputs);
  } else send(state, requestFrame(said.id, requestContents(said, said.seq, said.text)), now, outputs);
  if (!outstanding.needsConfirmation && !outstanding.needsAnswer) state.outstanding.delete(id);
}

export function changePattern(
  state: CellState,
  { type, pattern, id }: Extract<CellInput, { pattern: string }>,
  now: number,
  outputs: Outputs,
): void {
  const { command, patterns, starts, mode } = changes(state)[type];
  if (starts) patterns.set(pattern, id);
  else patterns.delete(pattern);
  const frame = frameOf(state, command, { pattern, ...mode, id, confirm: true });
  submit(state, id, frame, { isEvent: false, confirm: true, answer: false }, now, outputs);
}

/** How each change is said, and what of this cell it changes. */
export function changes({ patterns, asked, heard }: CellState) {
  const mode = { mode: askedMode };
  return {
    catch: { command: commands.catch, patterns, starts: true, mode: {} },
    drop: { command: commands.drop, patterns, starts: false, mode: {} },
    answer: { command: commands.catch, patterns: asked, starts: true, mode },
    ignore: { command: commands.drop, patterns: asked, starts: false, mode },
    hear: { command: commands.hear, patterns: heard, starts: true, mode: {} },
    mute: { command: commands.mute, patterns: heard, starts: false, mode: {} },
  } as const;
}

/** A request or an answer is to go out with others. */
export function notePacked(state: CellState, { text }: { readonly text: string }, now: number, outputs: Outputs): void {
  state.packedLength += text.length;
  if (state.packedLength >= fullFrameBytes) flushPacked(state, now, outputs);
}

/** Requests and answers of a turn, in as few frames as may be. */
export function flushPacked(state: CellState, now: number, outputs: Outputs): void {
  const { asking, answering } = state;
  if (state.phase !== 'welcome') return;
  state.packedLength = 0;
  for (const { requests, frame } of packRequests(asking)) {
    const together = requests.map(({ id }) => id);
    for (const id of together) {
      const outstanding = state.outstanding.get(id);
      if (outstanding) outstanding.together = together;
    }
    send(state, frame, now, outputs);
  }
  asking.length = 0;
  for (const frame of packDones(answering)) send(state, frame, now, outputs);
  answering.length = 0;
}

/** The line is lost before the turn was over: requests are said again on the next one in any case, and answers then. */
export function unpack(state: CellState): void {
  const { asking, answering, untold } = state;
  for (const done of answering) untold.push(doneFrame(done));
  asking.length = answering.length = state.packedLength = 0;
}
