import { propertyRuns, scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { searchSequences } from '../testing/arbitrary-queries.js';
import { settleOids, type OidPick } from '../testing/arbitrary-values.js';
import { compareSequences } from '../testing/comparison.js';
import { toJson } from '../testing/exact-json.js';
import type { Json, JsonRecord } from '../testing/reference-values.js';
import { TestEngine } from '../testing/test-engine.js';
import type { Answer } from './answer.js';

test(
  'engine and reference model answer every sequence of queries alike, without indexes',
  { timeout: scaledTimeoutMs(300_000) },
  () => compareSequences(fc.constant(false), 2500),
);

test(
  'an engine with indexes answers as one without, byte for byte, in whatever order the terms are written',
  { timeout: scaledTimeoutMs(300_000) },
  () => {
    const seen = { found: 0, indexes: 0, links: 0 };
    fc.assert(
      fc.property(searchSequences, (queries) => {
        const twins = new Twins(seen);
        for (const query of queries) twins.ask(query);
      }),
      propertyRuns(150),
    );
    expect(seen.found).toBeGreaterThan(0);
    expect(seen.indexes).toBeGreaterThan(0);
    expect(seen.links).toBeGreaterThan(0);
  },
);

interface Seen {
  /** How many objects FIND gave. */
  found: number;
  /** How many searches used an index, and how many walked links back. */
  indexes: number;
  links: number;
}

/** Two engines that make the same OIDs and are asked the same, but that only one of them ever has an index. */
class Twins {
  readonly #seen: Seen;
  readonly #indexed = new TestEngine();
  readonly #plain = new TestEngine();

  constructor(seen: Seen) {
    this.#seen = seen;
  }

  ask(query: JsonRecord): void {
    const settled = settleOids(query, (pick) => this.#choose(pick)) as JsonRecord;
    const [name] = Object.keys(query);
    if (name === 'CREATE_INDEX' || name === 'DROP_INDEX') this.#indexed.answer(toJson(settled));
    else if (name === 'CREATE_CLASSES') this.#compare(settled, toJson(settled).replaceAll('true', 'false'));
    else if (name === 'FIND' || name === 'COUNT') this.#compare(settled, toJson(reverseKeys(settled)));
    else this.#compare(settled, toJson(settled));
  }

  #compare(query: JsonRecord, plainText: string): void {
    const answer = this.#indexed.answer(toJson(query));
    const plainAnswer = this.#plain.answer(plainText);
    expect(plainAnswer.hasFailed).toBe(answer.hasFailed);
    const [text, plain] = [textOf(answer), textOf(plainAnswer)];
    // Of two things that are wrong, the one written first is told.
    if (!answer.hasFailed) expect(withoutExplanation(text)).toBe(withoutExplanation(plain));
    if ('FIND' in query) this.#seen.found += text.split('"_oid":').length - 1;
    if (text.includes('"_step":"index"')) this.#seen.indexes++;
    if (text.includes('"_step":"links"')) this.#seen.links++;
    expect(plain).not.toContain('"_step":"index"');
  }

  #choose({ $oid, $class = 'Item' }: OidPick): string | undefined {
    const response = this.#plain.ask({ OIDS: { _class: $class } });
    const { _oids = [] } = (response?.['OIDS_RSP'] ?? {}) as { readonly _oids?: readonly string[] };
    return _oids[$oid % _oids.length];
  }
}

function reverseKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => reverseKeys(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reverseKeys(item)]),
  );
}

function textOf({ bytes }: Answer): string {
  return bytes ? Buffer.from(bytes).toString() : '';
}

/** It stands last. */
function withoutExplanation(text: string): string {
  return text.replace(/,?"_explain":.*/, '');
}
