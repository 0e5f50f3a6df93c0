/** How a question or a name says a number: 100,000. */
export const formatCount = (count: number): string => count.toLocaleString('en');

/** So many of them: 1 cell, 16 cells, 10,000 cells. */
export const counted = (count: number, what: string): string =>
  `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
