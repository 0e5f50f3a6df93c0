/** A pattern that matches nothing but the name. For names without special characters it is the name itself. */
export function escapeGlob(name: string): string {
  return name.replace(/[*?[\]\\]/g, '\\$&');
}
