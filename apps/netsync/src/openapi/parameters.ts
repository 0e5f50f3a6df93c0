import type { NetsyncLimits, SyncParams } from '@syncytium/netsync';
import type { Parameter, Schema } from '@syncytium/transport/openapi';
import { bodyFormats } from '../read-body.js';
import { outputFormats, type Vocabulary } from '../read-request.js';

interface ParameterText {
  readonly description: string;
  readonly schema: Schema;
}

const durationPattern = '^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$';

/** What each parameter of a request says, whatever a path calls it. */
function parameterTexts(limits: NetsyncLimits): Record<keyof SyncParams, ParameterText> {
  const { nameLengthMax, selectorLengthMax, payloadBytesMax, matesMax } = limits;
  return {
    event: {
      description: 'Only requests with the identical event can sync.',
      schema: { type: 'string', maxLength: nameLengthMax },
    },
    actor: { description: 'Who asks.', schema: { type: 'string', maxLength: nameLengthMax } },
    payload: {
      description: `What every member of the group is told, up to ${payloadBytesMax} bytes of UTF-8.`,
      schema: { type: 'string', default: '' },
    },
    mates: {
      description: 'How many others there must be; 0 is answered at once.',
      schema: { type: 'integer', minimum: 0, maximum: matesMax, default: 1 },
    },
    labels: {
      description: 'What others can select by, as `k=v,k=v`. For `/event`, unless told: `actor=<actor>`.',
      schema: { type: 'string', maxLength: selectorLengthMax, examples: ['actor=a1,tier=gold'] },
    },
    selector: {
      description:
        'Whose labels it accepts: a label selector as Kubernetes has them. For `/event`, unless told: `actor!=<actor>`.',
      schema: { type: 'string', maxLength: selectorLengthMax, examples: ['actor in (a2,a3),tier!=bronze'] },
    },
    timeout: {
      description: 'Longest wait; then 408. Unless told, it waits for ever.',
      schema: { type: 'string', pattern: durationPattern, examples: ['250ms', '30s', '5m', '1h'] },
    },
    idempotency: {
      description:
        'Makes it safe to ask again: a request with the id of one that waits takes its place, and one with the id of one that synced gets the same answer. It may also be the header `idempotency-key`.',
      schema: { type: 'string', maxLength: nameLengthMax },
    },
  };
}

/** What a request must say under any name. */
const alwaysRequired: ReadonlySet<keyof SyncParams> = new Set(['event', 'actor']);

export const outputParameter: Parameter = {
  name: 'output',
  in: 'query',
  description: 'The format of the answer. Errors are JSON.',
  schema: { type: 'string', enum: outputFormats, default: 'json' },
};

/** Parameters of a path that waits; `isBody` where those of the request may be in the body as well. */
export function queryParameters({ names, required }: Vocabulary, limits: NetsyncLimits, isBody: boolean): Parameter[] {
  const texts = parameterTexts(limits);
  const ofRequest = Object.entries(names).map(([name, param]): Parameter => ({
    name,
    in: 'query',
    ...texts[param],
    ...(!isBody && (required.includes(name) || alwaysRequired.has(param)) && { required: true }),
  }));
  const idempotencyKey: Parameter = {
    name: 'idempotency-key',
    in: 'header',
    description: 'As the parameter `idempotency`.',
    schema: texts.idempotency.schema,
  };
  const input: Parameter = {
    name: 'input',
    in: 'query',
    description: 'The format of the body, whatever its content type.',
    schema: { type: 'string', enum: bodyFormats },
  };
  const keepalive: Parameter = {
    name: 'keepalive',
    in: 'query',
    description:
      'Sends a line break at this interval while it waits, so that proxies keep the connection. From the first one on the status is 200: an error comes in the body, and the headers of the answer come as trailers. From 1s to 1h.',
    schema: { type: 'string', pattern: durationPattern, examples: ['30s'] },
  };
  return [...ofRequest, outputParameter, keepalive, ...(isBody ? [input] : []), idempotencyKey];
}

/** The same parameters as an object in the body. */
export function bodySchema({ names }: Vocabulary, limits: NetsyncLimits): Schema {
  const texts = parameterTexts(limits);
  const properties = Object.entries(names).map(([name, param]): [string, Schema] => {
    const { description, schema } = texts[param];
    if (param !== 'labels') return [name, { ...schema, description }];
    const asObject: Schema = { type: 'object', additionalProperties: { type: 'string' } };
    return [name, { description, oneOf: [schema, asObject] }];
  });
  return {
    type: 'object',
    description: 'What is not here is taken from the query.',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}
