/** Every node of a syntax tree, from top to bottom. */
export function* nodesOf(tree) {
  yield tree;
  for (const child of tree.children ?? []) yield* nodesOf(child);
}
