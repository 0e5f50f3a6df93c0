/** Who hears whom. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Who passes on to whom what `root` says: the tree of shortest ways from it, over links on which both ends hear each
 * other. Of equal ways the one over the smaller id counts, so that everybody with the same graph gets the same tree.
 */
export function spanningTree(graph: Graph, root: string): Map<string, string[]> {
  const children = new Map<string, string[]>([[root, []]]);
  let layer = [root];
  while (layer.length > 0) {
    const next: string[] = [];
    for (const id of layer.sort()) {
      for (const other of graph.get(id) ?? []) {
        if (children.has(other) || !graph.get(other)?.has(id)) continue;
        children.set(other, []);
        children.get(id)?.push(other);
        next.push(other);
      }
    }
    layer = next;
  }
  return children;
}
