import { decodeFrame, encodeFrame, type EncodingCode, type Frame } from '@syncytium/codec';
import type { LaterEvents } from '../transmitter/later-events.js';
import { step } from '../transmitter/transmitter.js';
import { newTransmitter, type Task, type TransmitterState } from '../transmitter/transmitter-state.js';
import { transmitterDefaults, type TransmitterOptions } from '../transmitter/transmitter-options.js';
import type { TransmitterInput } from '../transmitter/transmitter-input.js';

export type Payload = Record<string, unknown>;

/** An output as a test reads it. */
export interface Said {
  readonly to: string;
  readonly command: string;
  readonly payload: Payload;
  /** The frame. */
  readonly bytes?: Uint8Array;
}

/** A THID that a test can tell from others: `thid('a')`. */
export function thid(seed: string): string {
  return Buffer.from(seed).toString('hex').padEnd(40, '0');
}

/** A transmitter without anything around it: commands in, what it said out. Time is what the test says. */
export class TransmitterDriver {
  readonly state: TransmitterState;
  now = 0;
  /** Tasks that are open, and how those ended that are not. */
  readonly openTasks = new Set<Task>();
  readonly outcomes: string[] = [];
  readonly later: LaterEvents[] = [];
  readonly runs: { channel: string; count: number }[] = [];
  /** All that it ever said to cells. */
  readonly sent: Said[] = [];
  /** What it said to other transmitters. */
  readonly toPeers: { readonly to: string; readonly frame: Frame }[] = [];
  readonly published: { channel: string; payload: Payload; bytes: Uint8Array }[] = [];

  constructor(options: Partial<TransmitterOptions> = {}) {
    this.state = newTransmitter({ ...transmitterDefaults, id: thid('T'), pub: 'tcp://127.0.0.1:5455', ...options });
  }

  /** Sends a command from a peer and gives back what was said because of it. */
  say(from: string, command: string, payload: unknown, code: EncodingCode = 'J'): Said[] {
    return this.sayRaw(from, encodeFrame(code, command, payload));
  }

  sayRaw(from: string, ...message: Uint8Array[]): Said[] {
    return this.step({ type: 'message', from, message });
  }

  step(input: TransmitterInput): Said[] {
    const said: Said[] = [];
    for (const output of step(this.state, input, this.now)) {
      switch (output.type) {
        case 'send': {
          const frame = decodeFrame(output.frame);
          const told = { to: output.to, command: frame.command, payload: frame.decode() as Payload };
          // What is packed has no fields.
          said.push(frame.encoding.code === 'R' ? { ...told, bytes: output.frame } : told);
          break;
        }
        case 'publish':
          this.#note(output.channel, output.frame);
          break;
        case 'peer':
          this.toPeers.push({ to: output.to, frame: decodeFrame(output.frame) });
          break;
        case 'publish-later':
          this.later.push(output.events);
          for (const bytes of output.events.frames()) this.#note(output.channel, bytes);
          break;
        case 'publish-run':
          this.runs.push({ channel: output.channel, count: output.count });
          break;
        case 'opened':
          this.openTasks.add(output.task);
          break;
        case 'closed':
          if (!this.openTasks.delete(output.task)) throw new Error('a task ended that was not open');
          this.outcomes.push(output.outcome);
          break;
      }
    }
    this.sent.push(...said);
    return said;
  }

  #note(channel: string, bytes: Uint8Array): void {
    this.published.push({ channel, payload: decodeFrame(bytes).decode() as Payload, bytes });
  }

  /** Lets time pass in small steps, as a node does. */
  wait(ms: number): Said[] {
    const said: Said[] = [];
    for (const end = this.now + ms; this.now < end;) {
      this.now = Math.min(end, this.now + 50);
      said.push(...this.step({ type: 'tick' }));
    }
    return said;
  }

  /** A cell `name` of a service says hello on a line of the same name and catches patterns. */
  join(name: string, service: string, patterns: string[] = [], hello: Payload = {}): Said[] {
    const said = this.say(name, 'HELO', { id: thid(name), service, ...hello });
    for (const pattern of patterns) said.push(...this.say(name, 'CTCH', { pattern }));
    return said;
  }

  /** Sends an event and gives back its id with what was said. */
  event(from: string, channel: string, more: Payload = {}): { id: string; said: Said[] } {
    const said = this.say(from, 'EVNT', { channel, ...more });
    const last = this.published.filter((event) => event.channel === channel).at(-1);
    return { id: String(last?.payload['id']), said };
  }
}
