import { encodeFrame, type Frame } from '@syncytium/codec';
import { parsePattern } from '../patterns/pattern.js';
import { Fields } from '../wire/fields.js';
import { channelLengthMax, commands } from '../wire/wire.js';
import type { Cell, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';

/** `HEAR` and `MUTE`: who publishes is told; the patterns are checked here. With `since`, a cell comes back. [T-63] */
export function changeHearing(
  { options }: TransmitterState,
  { peer, encoding }: Cell,
  frame: Frame,
  outputs: TransmitterOutput[],
): void {
  const fields = new Fields(frame);
  const re = fields.confirmId();
  if (frame.command === commands.hear && fields.all['since'] !== undefined) {
    const patterns = fields.texts('patterns', options.patternsPerCellMax, channelLengthMax);
    for (const pattern of patterns) parsePattern(pattern);
    outputs.push({ type: 'resume', peer, patterns, since: fields.counts('since') });
  } else {
    const pattern = fields.text('pattern', channelLengthMax);
    parsePattern(pattern);
    outputs.push({ type: frame.command === commands.hear ? 'hear' : 'mute', peer, pattern, re });
  }
  if (re !== undefined) outputs.push({ type: 'send', to: peer, frame: encodeFrame(encoding, commands.okay, { re }) });
}
