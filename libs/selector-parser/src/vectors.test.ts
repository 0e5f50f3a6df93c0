import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isLabelKey, isLabelValue, validateLabelKey, validateLabelValue } from './label-syntax.js';
import { parseSelector } from './parse-selector.js';

interface SelectorLine {
  readonly selector: string;
  readonly ok: boolean;
  readonly canonical: string;
  readonly matches: readonly { readonly labels: Readonly<Record<string, string>>; readonly result: boolean }[];
}

interface LabelLine {
  readonly s: string;
  readonly validKey: boolean;
  readonly validValue: boolean;
}

describe('agreement with Kubernetes on the recorded data', () => {
  it('holds for every selector: acceptance, canonical form and every match', () => {
    const lines = readLines<SelectorLine>('selectors-shared.jsonl');
    expect(lines).toHaveLength(2516);
    for (const line of lines) {
      const outcome = parsed(line.selector);
      expect(outcome !== undefined, line.selector).toBe(line.ok);
      if (!outcome) continue;
      expect(outcome.toString(), line.selector).toBe(line.canonical);
      for (const { labels, result } of line.matches) {
        const what = `${line.selector} on ${JSON.stringify(labels)}`;
        expect(outcome.matches(labels), what).toBe(result);
        expect(outcome.matches(new Map(Object.entries(labels))), what).toBe(result);
      }
    }
  });

  it('holds for every label key and value', () => {
    const lines = readLines<LabelLine>('label-validation.jsonl');
    expect(lines).toHaveLength(97);
    for (const { s, validKey, validValue } of lines) {
      expect(isLabelKey(s), s).toBe(validKey);
      expect(isLabelValue(s), s).toBe(validValue);
      expect(
        accepts(() => validateLabelKey(s)),
        s,
      ).toBe(validKey);
      expect(
        accepts(() => validateLabelValue(s)),
        s,
      ).toBe(validValue);
    }
  });
});

function readLines<Line>(name: string): Line[] {
  const text = readFileSync(new URL(`../../../docs/vectors/${name}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

function parsed(text: string) {
  try {
    return parseSelector(text);
  } catch {
    return undefined;
  }
}

function accepts(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
