import type { Scalar } from './scalar.js';

/** One condition on a value. */
export type ValueTest =
  | { readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>='; readonly value: Scalar }
  | { readonly operator: 'in'; readonly values: ReadonlySet<Scalar> }
  | { readonly operator: 'prefix'; readonly value: string };
