/**
 * Kubernetes label selectors as a library of its own: it parses the text form, prints the canonical form and matches
 * labels, exactly as `k8s.io/apimachinery/pkg/labels` does, without a dependency and without input or output.
 *
 * ```ts
 * import { parseLabels, parseSelector } from '@syncytium/selector-parser';
 *
 * const selector = parseSelector('tier in (front, back), actor != CUST, !retired');
 * selector.matches(parseLabels('actor=VM,tier=front')); // true
 * selector.toString(); // 'actor!=CUST,!retired,tier in (back,front)'
 * ```
 *
 * @packageDocumentation
 */
export { parseSelector } from './parse-selector.js';
export type { Selector } from './selector.js';
export type { Operator, Requirement } from './requirement.js';
export { formatLabels, parseLabels, type LabelRecord, type Labels } from './labels.js';
export { isLabelKey, isLabelValue, validateLabelKey, validateLabelValue } from './label-syntax.js';
export { LabelSyntaxError, SelectorSyntaxError } from './errors.js';
export type { TextLimits } from './limits.js';
