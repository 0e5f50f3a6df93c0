import type { Sync } from '@syncytium/netsync';
import { stringify } from 'yaml';
import { payloadsText } from './payloads-text.js';
import type { OutputFormat } from './read-request.js';

/** Makes an answer of a sync. */
export type AnswerShape = (sync: Sync) => unknown;

/** `/event`: everybody's payload by actor. */
export const payloadsByActor: AnswerShape = ({ payloads }) => ({ payloads });

/** `/match`: everybody's labels and payload. */
export const allRequests: AnswerShape = ({ members }) => ({
  requests: members.map(({ profile, payload }) => ({ labels: profile.labels, payload })),
});

/** A value as text that ends with a line break, so that it looks right on a terminal. */
export function formatOutput(value: unknown, output: OutputFormat): string {
  return output === 'yaml' ? stringify(value, { aliasDuplicateObjects: false }) : `${JSON.stringify(value)}\n`;
}

export const contentTypes: Readonly<Record<OutputFormat, string>> = {
  json: 'application/json; charset=utf-8',
  yaml: 'application/yaml; charset=utf-8',
};

/** The text of a sync's answer. All members are answered in a row, so the last text made is most often the one needed. */
export class AnswerTexts {
  #sync: Sync | undefined;
  #shape: AnswerShape | undefined;
  #output: OutputFormat | undefined;
  #text = '';

  textOf(sync: Sync, shape: AnswerShape, output: OutputFormat): string {
    if (sync !== this.#sync || shape !== this.#shape || output !== this.#output) {
      const isUsual = shape === payloadsByActor && output === 'json';
      this.#text = isUsual ? `{"payloads":${payloadsText(sync)}}\n` : formatOutput(shape(sync), output);
      this.#sync = sync;
      this.#shape = shape;
      this.#output = output;
    }
    return this.#text;
  }
}
