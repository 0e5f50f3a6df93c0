import { type LabelRecord, type Selector } from '@syncytium/selector-parser';

/** What a request shows of itself and what it asks of others: all that decides whether two requests match. */
export class Profile {
  readonly labels: LabelRecord;
  readonly selector: Selector;
  /** The selector in canonical form. */
  readonly selectorText: string;
  #matchesItself: boolean | undefined;

  constructor(labels: LabelRecord, selector: Selector) {
    this.labels = labels;
    this.selector = selector;
    this.selectorText = selector.toString();
  }

  /** Whether two requests of this same profile match each other. */
  get matchesItself(): boolean {
    return (this.#matchesItself ??= this.selector.matches(this.labels));
  }

  /** Whether both show and ask the same. */
  equals(other: Profile): boolean {
    if (this === other) return true;
    const keys = Object.keys(this.labels);
    return (
      this.selectorText === other.selectorText &&
      keys.length === Object.keys(other.labels).length &&
      keys.every((key) => this.labels[key] === other.labels[key])
    );
  }

  /** Whether each one's selector accepts the other's labels. */
  matches(other: Profile): boolean {
    return this.selector.matches(other.labels) && other.selector.matches(this.labels);
  }
}
