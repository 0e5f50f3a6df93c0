import { durationMs, InvalidArgumentError, type Duration } from '@syncytium/kit';
import {
  formatLabels,
  isLabelValue,
  LabelSyntaxError,
  parseLabels,
  parseSelector,
  SelectorSyntaxError,
} from '@syncytium/selector-parser';
import { ParamError } from './errors.js';
import type { NetsyncLimits } from './limits.js';
import { Profile } from './profile.js';

/**
 * What a request says, under the names of the protocol. Only `event` and `actor` have to be given.
 *
 * @see docs/spec/netsync.md
 */
export interface SyncParams {
  /** Only requests with the identical event can sync. */
  readonly event: string;
  /** Who asks. */
  readonly actor: string;
  /** Told to every member of the group (empty unless told). */
  readonly payload?: string | undefined;
  /** How many other requests there must be (1 unless told; 0: answered at once). */
  readonly mates?: number | undefined;
  /** `k=v,k=v` or an object; `actor=<actor>` unless told. */
  readonly labels?: string | Readonly<Record<string, string>> | undefined;
  /** Which labels the others must have: a Kubernetes label selector; `actor!=<actor>` unless told. */
  readonly selector?: string | undefined;
  /** Longest wait, as in `250ms`, `30s`, `5m`, or in milliseconds; none unless told. */
  readonly timeout?: Duration | undefined;
  /**
   * Makes it safe to ask again: a request with the id of one that waits takes its place, and one with the id of one that
   * synced gets the same answer.
   */
  readonly idempotency?: string | undefined;
}

/** Parameters that have been checked. */
export interface CheckedParams {
  readonly event: string;
  readonly actor: string;
  readonly payload: string;
  readonly mates: number;
  readonly profile: Profile;
  readonly timeoutMs: number | undefined;
  readonly idempotency: string | undefined;
}

/** Most profiles kept for actors that come again. */
const profilesMax = 10_000;

/**
 * Checks parameters and turns labels and selector into a profile. It keeps the latest profiles: who asks again with the
 * same labels and selector, as most do, gets the same object and costs no parsing.
 */
export class ParamsReader {
  readonly #limits: NetsyncLimits;
  readonly #profiles = new Map<string, Profile>();
  readonly #defaults = new Map<string, Profile>();

  constructor(limits: NetsyncLimits) {
    this.#limits = limits;
  }

  /** Throws {@link ParamError}, which names the parameter. */
  read({
    event,
    actor,
    payload = '',
    mates = 1,
    labels = '',
    selector = '',
    timeout,
    idempotency = '',
  }: SyncParams): CheckedParams {
    this.#checkName('event', event);
    this.#checkName('actor', actor);
    if (idempotency !== '') this.#checkName('idempotency', idempotency);
    if (typeof payload !== 'string') throw new ParamError('bad_param', 'payload', 'must be text');
    const { payloadBytesMax, matesMax } = this.#limits;
    // A UTF-16 unit is at most three bytes of UTF-8, so most payloads need not be measured.
    if (payload.length * 3 > payloadBytesMax && Buffer.byteLength(payload) > payloadBytesMax)
      throw new ParamError('too_large', 'payload', `is longer than ${payloadBytesMax} bytes`, { max: payloadBytesMax });
    if (!Number.isSafeInteger(mates) || mates < 0 || mates > matesMax)
      throw new ParamError('bad_param', 'mates', `must be a whole number from 0 to ${matesMax}`, { max: matesMax });
    const profile = this.#profile(actor, typeof labels === 'string' ? labels : labelsText(labels), selector);
    return {
      event,
      actor,
      payload,
      mates,
      profile,
      timeoutMs: readTimeout(timeout),
      idempotency: idempotency || undefined,
    };
  }

  #checkName(param: 'event' | 'actor' | 'idempotency', value: unknown): void {
    if (value === undefined || value === '') throw new ParamError('missing_param', param, 'is required');
    if (typeof value !== 'string') throw new ParamError('bad_param', param, 'must be text');
    const { nameLengthMax } = this.#limits;
    if (value.length > nameLengthMax)
      throw new ParamError('too_large', param, `is longer than ${nameLengthMax} characters`, { max: nameLengthMax });
  }

  #profile(actor: string, labels: string, selector: unknown): Profile {
    if (labels !== '' || selector !== '') return this.#givenProfile(actor, labels, selector);
    // The defaults, which most requests have, are found by the actor alone.
    let profile = this.#defaults.get(actor);
    if (profile) return profile;
    profile = this.#givenProfile(actor, labels, selector);
    if (this.#defaults.size >= profilesMax) this.#defaults.clear();
    this.#defaults.set(actor, profile);
    return profile;
  }

  #givenProfile(actor: string, labels: string, selector: unknown): Profile {
    if (typeof selector !== 'string') throw new ParamError('bad_param', 'selector', 'must be text');
    if ((labels === '' || selector === '') && !isLabelValue(actor))
      throw new ParamError(
        'bad_param',
        'actor',
        'must be a valid label value, unless both labels and selector are given',
      );
    const labelsGiven = labels === '' ? `actor=${actor}` : labels;
    const selectorGiven = selector === '' ? `actor!=${actor}` : selector;
    // The length keeps two different pairs from having the same key.
    const key = `${labelsGiven.length}:${labelsGiven}${selectorGiven}`;
    const known = this.#profiles.get(key);
    if (known) return known;
    const lengthMax = { lengthMax: this.#limits.selectorLengthMax };
    const profile = new Profile(
      naming('labels', () => parseLabels(labelsGiven, lengthMax)),
      naming('selector', () => parseSelector(selectorGiven, lengthMax)),
    );
    if (this.#profiles.size >= profilesMax) this.#profiles.clear();
    this.#profiles.set(key, profile);
    return profile;
  }
}

function labelsText(labels: unknown): string {
  const isMap = typeof labels === 'object' && labels !== null && !Array.isArray(labels);
  if (!isMap) throw new ParamError('bad_param', 'labels', 'must be k=v,k=v or an object of texts');
  for (const [key, value] of Object.entries(labels)) {
    if (typeof value !== 'string')
      throw new ParamError('bad_labels', 'labels', `must have text values, ${key} has not`);
  }
  return naming('labels', () => formatLabels(labels as Readonly<Record<string, string>>));
}

/** Runs a parser and tells, in terms of the protocol, which parameter it refused and where. */
function naming<T>(param: 'labels' | 'selector', parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SelectorSyntaxError || error instanceof LabelSyntaxError)) throw error;
    const { position, expected, found } = error;
    const problem = `is malformed at position ${position}: expected ${expected}, found ${found}`;
    throw new ParamError(`bad_${param}`, param, problem, { position, expected, found });
  }
}

/** A timeout in milliseconds; `undefined` when none is given. Throws {@link ParamError}. */
export function readTimeout(timeout: unknown): number | undefined {
  if (timeout === undefined || timeout === '') return undefined;
  if (typeof timeout !== 'string' && typeof timeout !== 'number')
    throw new ParamError('bad_param', 'timeout', 'must be a time such as 250ms, 30s, 5m or 1h');
  try {
    return durationMs(timeout, 'timeout');
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new ParamError('bad_param', 'timeout', error.message.replace(/^timeout /, ''));
  }
}
