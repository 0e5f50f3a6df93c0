import { InvalidArgumentError } from '@syncytium/kit';
import { ProtocolError } from '../errors.js';
import { answerChannelLengthMax, answerSuffixes, channelLengthMax, reservedPrefix, serviceLengthMax } from './wire.js';

/** Neither wildcards, which would make a channel a pattern, nor control characters, which nobody sees. */
const channelText = /^[^*?\p{Cc}\p{Cs}]+$/u;

/** Throws {@link ProtocolError} `bad_channel` where a text cannot be a channel: of an answer to the event `re`, if there is one. */
export function checkChannel(channel: string, re?: string): void {
  const lengthMax = isAnswer(channel, re) ? answerChannelLengthMax : channelLengthMax;
  if (channel.length > lengthMax)
    throw new ProtocolError('bad_channel', `a channel has at most ${lengthMax} characters`, {
      length: channel.length,
      lengthMax,
    });
  if (!channelText.test(channel))
    throw new ProtocolError(
      'bad_channel',
      `a channel is text without *, ? and control characters, got ${show(channel)}`,
      {
        channel,
      },
    );
}

/** Throws {@link InvalidArgumentError} where a text cannot be the name of a service. */
export function checkService(service: string): void {
  if (service.length > serviceLengthMax || !channelText.test(service) || isReserved(`${service}::`))
    throw new InvalidArgumentError(
      'service',
      `must be 1 to ${serviceLengthMax} characters without *, ? and control characters, and not thynapse, got ${show(service)}`,
    );
}

/** Whether a channel belongs to the system itself. */
export function isReserved(channel: string): boolean {
  return channel.startsWith(reservedPrefix);
}

/** The channel on which a service's answer to an event is published. */
export function answerChannel(service: string, channel: string, outcome: 'success' | 'failure'): string {
  return `${service}::${channel}${answerSuffixes[outcome]}`;
}

/** Whether an event is itself an answer: answers are not answered, or two services could answer each other for ever. */
export function isAnswer(channel: string, re: string | undefined): boolean {
  return re !== undefined && (channel.endsWith(answerSuffixes.success) || channel.endsWith(answerSuffixes.failure));
}

function show(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
