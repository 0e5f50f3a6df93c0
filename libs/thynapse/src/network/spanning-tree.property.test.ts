import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spanningTree, type Graph } from './spanning-tree.js';

/** Who hears whom among a few, some of them in one direction only. */
const graphs = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), { maxLength: 30 })
  .map((pairs): Graph => {
    const graph = new Map<string, Set<string>>();
    for (const [one, other] of pairs) {
      for (const id of [one, other]) if (!graph.has(`${id}`)) graph.set(`${id}`, new Set());
      if (one !== other) graph.get(`${one}`)?.add(`${other}`);
    }
    return graph;
  });

/** Lengths of the shortest ways from a root, found by trying again and again. */
function distances(graph: Graph, root: string): Map<string, number> {
  const found = new Map([[root, 0]]);
  for (let round = 0; round < 10; round++)
    for (const [id, distance] of [...found])
      for (const other of graph.get(id) ?? [])
        if (graph.get(other)?.has(id) && distance + 1 < (found.get(other) ?? Infinity)) found.set(other, distance + 1);
  return found;
}

test('[T-15] a tree leads to everybody within reach, once, by a shortest way, whatever the order of the links', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      for (const root of graph.keys()) {
        const tree = spanningTree(graph, root);
        const expected = distances(graph, root);
        const depthOf = new Map([[root, 0]]);
        const open = [root];
        for (let id = open.shift(); id !== undefined; id = open.shift())
          for (const child of tree.get(id) ?? []) {
            expect(depthOf.has(child)).toBe(false);
            depthOf.set(child, (depthOf.get(id) ?? 0) + 1);
            open.push(child);
          }
        expect(new Map([...depthOf].sort())).toEqual(new Map([...expected].sort()));
        const reversed = new Map([...graph].reverse().map(([id, others]) => [id, new Set([...others].reverse())]));
        const again = spanningTree(reversed, root);
        for (const [id, children] of tree) expect(again.get(id)?.sort()).toEqual(children.sort());
      }
    }),
    propertyRuns(200),
  );
});
