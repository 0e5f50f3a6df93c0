import type { SearchReport, StepReport } from './search.js';

/** `_explain`: how objects were searched for, with the number of objects thought and found to be left by each step. */
export function explainSearch({ className, size, steps }: SearchReport): string {
  return `{"_class":"${className}","_objects":${size},"_steps":[${steps.map(explainStep).join(',')}]}`;
}

function explainStep({ step, member, estimate, rows, linked }: StepReport): string {
  const about = member === undefined ? '' : `"_member":"${member}",`;
  const within = linked ? `,"_linked":${explainSearch(linked)}` : '';
  return `{"_step":"${step}",${about}"_estimate":${Math.ceil(estimate)},"_rows":${rows}${within}}`;
}
