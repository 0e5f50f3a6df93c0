/** What a line of the graph log says happened: to whom, by the names in the log, in their order. */
export type DrawnStep =
  | { readonly kind: 'arrive'; readonly names: readonly string[] }
  | { readonly kind: 'match'; readonly names: readonly string[] }
  | { readonly kind: 'leave'; readonly names: readonly string[] };

const kinds: Readonly<Record<string, DrawnStep['kind']>> = { '┌': 'arrive', '└': 'match', '┴': 'leave' };

/**
 * Reads a graph log back into what happened, from the picture alone, and checks the drawing on the way: a wait stands in
 * one column from its first line to its last, with `│` in every line between, nobody else does, and a new one takes
 * the leftmost free column. Throws an error that names the line.
 */
export function readGraph(lines: readonly string[], columnsMax = 64): DrawnStep[] {
  const columns: (string | undefined)[] = [];
  return lines.flatMap((line, number) => {
    const check = (isRight: boolean, problem: string): void => {
      if (!isRight) throw new Error(`line ${number + 1}, ${JSON.stringify(line)}: ${problem}`);
    };
    if (line === '') {
      check(
        columns.every((name) => name === undefined),
        'the graph ends while somebody waits',
      );
      return [];
    }
    const [, graph = '', text = ''] = /^([ │┌└┴─]+) (\S.*)$/u.exec(line) ?? [];
    const names = text.split(' ');
    const cells = graph.split('');
    const mark = cells.find((cell) => cell in kinds) ?? '';
    const kind = kinds[mark];
    if (kind === undefined) throw new Error(`line ${number + 1}, ${JSON.stringify(line)}: nothing is marked`);
    const marked = cells.flatMap((cell, column) => (cell in kinds ? [column] : []));
    check(
      marked.every((column) => cells[column] === mark),
      'different things happen at once',
    );

    if (kind === 'arrive') {
      check(marked.length === 1 && names.length === 1, 'two arrive at once');
      const free = columns.indexOf(undefined);
      const expected = free >= 0 ? free : columns.length;
      check(marked[0] === expected, `the leftmost free column is ${expected}`);
      if (expected < columnsMax) columns[expected] = names[0];
    } else {
      const own = marked.flatMap((column) => columns[column] ?? []);
      check(
        own.every((name) => names.includes(name)),
        'somebody else stands in a marked column',
      );
      const others = names.filter((name) => !own.includes(name));
      check(
        others.every((name) => !columns.includes(name)),
        'somebody who stands in a column is not marked there',
      );
      // Those without a column share one behind all others.
      check(own.length + Math.min(1, others.length) === marked.length, 'a mark stands for nobody');
    }
    const last = marked.at(-1) ?? 0;
    for (const [column, cell] of cells.entries()) {
      if (cell in kinds) continue;
      const expected = columns[column] !== undefined ? '│' : column > last ? '─' : ' ';
      check(cell === expected, `column ${column} should be ${JSON.stringify(expected)}`);
    }
    check(
      columns.every((name, column) => name === undefined || column < cells.length),
      'a wait is not drawn',
    );
    if (kind !== 'arrive') for (const column of marked) columns[column] = undefined;
    while (columns.length > 0 && columns.at(-1) === undefined) columns.pop();
    return [{ kind, names }];
  });
}
